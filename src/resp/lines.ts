/** Finds the ends of lines, and defines the codes that every scan of the protocol returns. */

/** The longest line in bytes, whether an inline command, a header or a simple string. */
const lineBytesMax = 64 * 1024;

/** The codes that a scan returns instead of a position or a length. All are negative. */
export const incomplete = -1;
export const tooLong = -2;
export const invalid = -3;

export const carriageReturn = 13;
export const lineFeed = 10;

/**
 * Returns the position of the LF that ends the line at `start`, or `incomplete` or `tooLong`. A
 * line that arrives in pieces is searched from its start each time, which takes about a microsecond
 * for the longest line.
 */
export function findLineFeed(bytes: Buffer, start: number): number {
  return find(bytes, start, lineFeed);
}

/**
 * Returns the position of the CR LF that ends the line at `start`, or `incomplete`, `tooLong`, or
 * `invalid` for a lone CR.
 */
export function findLineBreak(bytes: Buffer, start: number): number {
  const at = find(bytes, start, carriageReturn);
  if (at < 0) return at;
  const end = lineBreakEnd(bytes, at);
  return end < 0 ? end : at;
}

/** Returns the position after the CR LF that must be at `at`, or `incomplete` or `invalid`. */
export function lineBreakEnd(bytes: Buffer, at: number): number {
  if (at + 2 > bytes.length) return incomplete;
  return bytes[at] === carriageReturn && bytes[at + 1] === lineFeed ? at + 2 : invalid;
}

function find(bytes: Buffer, start: number, terminator: number): number {
  const at = bytes.indexOf(terminator, start);
  const length = (at < 0 ? bytes.length : at) - start;
  if (length > lineBytesMax) return tooLong;
  return at < 0 ? incomplete : at;
}
