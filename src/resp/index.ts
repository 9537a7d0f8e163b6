/** The public interface of resp: bytes to commands and replies, and back. */
export { ReplyDecoder } from './reply-decoder.js';
export { encodeReply } from './reply-encoder.js';
export { type DecodedRequests, type RawRequest, RequestDecoder } from './request-decoder.js';
export { encodeRequest } from './request-encoder.js';
export { type RequestLimits, requestLimits, unauthenticatedLimits } from './request-limits.js';
