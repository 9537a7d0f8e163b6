/**
 * Reads a file line by line, synchronously and in chunks. It knows nothing of the recording format.
 */

import { readSync } from 'node:fs';

/** A line of a file, without its newline. */
interface TextLine {
  readonly text: string;
  /** The position of its first byte in the file. */
  readonly offset: number;
}

const chunkBytes = 256 * 1024;
/** The maximum length of a line. A view with many nodes and events is far shorter. */
const lineBytesMax = 16 * 1024 ** 2;

const lineEnd = 0x0a;

/**
 * Yields the lines between the byte offsets `from`, which must be the start of a line, and `to`.
 * A last line without a newline is skipped: its writer was killed before it finished. A line that
 * exceeds the maximum length is yielded as null and ends the iteration.
 */
export function* readLines(
  file: number,
  from: number,
  to: number,
): Generator<TextLine | null, void> {
  let rest = Buffer.alloc(0);
  let offset = from;
  for (let at = from; at < to; ) {
    const chunk = Buffer.alloc(Math.min(chunkBytes, to - at));
    const count = readSync(file, chunk, 0, chunk.length, at);
    if (count === 0) return;
    at += count;
    rest = Buffer.concat([rest, chunk.subarray(0, count)]);
    let begin = 0;
    for (let end = rest.indexOf(lineEnd); end >= 0; end = rest.indexOf(lineEnd, begin)) {
      yield { text: rest.toString('utf8', begin, end), offset: offset + begin };
      begin = end + 1;
    }
    rest = rest.subarray(begin);
    offset += begin;
    if (rest.length > lineBytesMax) {
      yield null;
      return;
    }
  }
}
