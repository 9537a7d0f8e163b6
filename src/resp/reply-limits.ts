import { valueBytesMax } from '../base/index.js';

/**
 * The largest reply in bytes, sent or read. A few such replies fit into V8's longest string, 512
 * MiB.
 */
export const replyBytesMax = 2 * valueBytesMax;
