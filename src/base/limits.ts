/** Limits that more than one folder must agree on. A limit of one place stands in that place. */

/** The largest key, value or argument of a command. */
export const valueBytesMax = 64 * 1024 * 1024;

/** The largest command: all arguments together. */
export const commandBytesMax = 64 * 1024 * 1024 + 64 * 1024;
