/** The string form in which bytes travel through the program, and how to print it. */

/**
 * Bytes as a string in which each char is one byte (latin1). Keys, values and commands have this
 * form everywhere between the sockets and the disk: V8 stores it in one byte a char, it is
 * immutable, can be a Map key, and converts to and from a buffer at memcpy speed.
 */
export type ByteString = string;

/**
 * Returns bytes as text that is safe in an error message: every byte outside printable ASCII
 * becomes a dot, and text beyond `lengthMax` chars is replaced by "...".
 */
export function printable(bytes: ByteString, lengthMax: number): string {
  let text = '';
  for (let at = 0; at < bytes.length && at < lengthMax; at += 1) {
    const char = bytes.charCodeAt(at);
    text += char < 32 || char > 126 ? '.' : bytes.charAt(at);
  }
  return bytes.length > lengthMax ? `${text}...` : text;
}
