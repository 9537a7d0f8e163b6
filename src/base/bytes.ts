/**
 * Bytes as a string: each char is one byte (latin1). V8 keeps such a string in one byte a char; it
 * is immutable, is its own key in a Map, and turns to and from a buffer at memcpy speed. So keys,
 * values and commands are carried in this form everywhere between the sockets and the disk.
 */
export type ByteString = string;

/** For text in error messages: control bytes replaced, length bounded. */
export function printable(bytes: ByteString, lengthMax: number): string {
  let text = '';
  for (let at = 0; at < bytes.length && at < lengthMax; at += 1) {
    const char = bytes.charCodeAt(at);
    text += char < 32 || char > 126 ? '.' : bytes.charAt(at);
  }
  return bytes.length > lengthMax ? `${text}...` : text;
}
