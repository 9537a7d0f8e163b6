/** The longest line: an inline command, a header, a simple string. */
const lineBytesMax = 64 * 1024;

/** What a scan returns in the place of a position or a length where there is none. */
export const incomplete = -1;
export const tooLong = -2;
export const invalid = -3;

export const carriageReturn = 13;
export const lineFeed = 10;

/**
 * Where the line at `start` has its LF; or `incomplete`, `tooLong`. A line that arrives in pieces is
 * searched from its start each time: at its largest that takes about a microsecond.
 */
export function findLineFeed(bytes: Buffer, start: number): number {
  return find(bytes, start, lineFeed);
}

/** Where the line at `start` has its CR LF; or `incomplete`, `tooLong`, `invalid` for a lone CR. */
export function findLineBreak(bytes: Buffer, start: number): number {
  const at = find(bytes, start, carriageReturn);
  if (at < 0) return at;
  const end = lineBreakEnd(bytes, at);
  return end < 0 ? end : at;
}

/** Where the CR LF ends that must stand at `at`; or `incomplete`, `invalid`. */
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
