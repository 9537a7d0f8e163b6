/** Limits on which several folders must agree. A limit that only one file uses is in that file. */

/** The largest key, value or argument of a command, in bytes. */
export const valueBytesMax = 64 * 1024 * 1024;

/** The largest command, in bytes: the sum of all its arguments. */
export const commandBytesMax = 64 * 1024 * 1024 + 64 * 1024;
