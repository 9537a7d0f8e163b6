/** The string form in which bytes travel through the program, and how to print it. */

/**
 * Bytes as a string in which each char is one byte (latin1). Keys, values and commands have this
 * form everywhere between the sockets and the disk: V8 stores it in one byte a char, it is
 * immutable, can be a Map key, and converts to and from a buffer at memcpy speed.
 */
export type ByteString = string;

const unprintable = /[^ -~]/;
const allUnprintable = /[^ -~]/g;

/**
 * Returns bytes as text that is safe in an error message: every byte outside printable ASCII
 * becomes a dot, and text beyond `lengthMax` chars is replaced by "...".
 */
export function printable(bytes: ByteString, lengthMax: number): string {
  const shown = bytes.length > lengthMax ? bytes.slice(0, lengthMax) : bytes;
  // One search is cheap; few texts have anything to replace.
  const text = unprintable.test(shown) ? shown.replace(allUnprintable, '.') : shown;
  return bytes.length > lengthMax ? `${text}...` : text;
}
