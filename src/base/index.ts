/** The only door to the ground floor: small tools without a subject of their own. */
export { assert, assertPresent } from './assert.js';
export { type ByteString, printable } from './bytes.js';
export { crc32c, crc32cOfString } from './crc.js';
export { type ErrorCode, type ErrorData, fromErrorData, LetoError, toErrorData } from './errors.js';
export { commandBytesMax, valueBytesMax } from './limits.js';
export { percentile } from './percentile.js';
export { Prng } from './prng.js';
export { splitWords } from './split-words.js';
export { unreachable } from './unreachable.js';
