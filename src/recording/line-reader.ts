import { readSync } from 'node:fs';

/** A line of a file, without its end. */
interface TextLine {
  readonly text: string;
  /** Where it begins, in bytes. */
  readonly offset: number;
}

const chunkBytes = 256 * 1024;
/** A view with many nodes and events is far shorter; what is longer is no recording. */
const lineBytesMax = 16 * 1024 ** 2;

const lineEnd = 0x0a;

/**
 * The lines between two places of a file, of which the first begins a line. What has no end is left
 * out: its writer was killed on the way. Null stands for a line that is too long; it is the last.
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
