/** The public interface of base: small general-purpose tools that every other folder may use. */
export { assert, assertPresent } from './assert.js';
export { type ByteString, printable } from './bytes.js';
export { crc32c, crc32cOfString } from './crc.js';
export { type ErrorCode, type ErrorData, fromErrorData, LetoError, toErrorData } from './errors.js';
export { commandBytesMax, valueBytesMax } from './limits.js';
export { percentile } from './percentile.js';
export { Prng } from './prng.js';
export { splitWords } from './split-words.js';
export { unreachable } from './unreachable.js';
