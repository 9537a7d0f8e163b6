import { valueBytesMax } from '../base/index.js';

/** The largest reply, sent or read. A few of them still fit the longest string of V8, 512 MiB. */
export const replyBytesMax = 2 * valueBytesMax;
