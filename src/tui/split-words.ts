import type { ByteString } from '../base/bytes.js';

/** Plain bytes, or a piece in quotes that ends its word. */
const word = /[ \t]*(?:"((?:[^"\\]|\\.)*)"(?=[ \t]|$)|'((?:[^'\\]|\\.)*)'(?=[ \t]|$)|([^ \t"']+))/y;

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

/**
 * The words of a command as redis-cli splits them: "..." knows \n \r \t \b \a \xHH \\ \", and
 * '...' knows \'. Null where quotes are unbalanced.
 */
export function splitWords(command: string): ByteString[] | null {
  const line = Buffer.from(command.trim()).toString('latin1');
  const words: ByteString[] = [];
  word.lastIndex = 0;
  while (word.lastIndex < line.length) {
    const found = word.exec(line);
    if (!found) return null;
    const [, double, single, plain] = found;
    words.push(plain ?? single?.replaceAll("\\'", "'") ?? unescaped(double ?? ''));
  }
  return words;
}

function unescaped(text: ByteString): ByteString {
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|(.))/g, (_all, hex, char) =>
    hex ? String.fromCharCode(Number.parseInt(hex, 16)) : (escapes[char] ?? char),
  );
}
