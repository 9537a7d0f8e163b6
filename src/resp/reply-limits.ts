import { valueBytesMax } from '../base/index.js';

/** The largest reply in bytes, sent or read. A few of them fit V8's longest string, 512 MiB. */
export const replyBytesMax = 2 * valueBytesMax;
