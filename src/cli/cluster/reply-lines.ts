/** Formats RESP replies as redis-cli does. */

import { unreachable } from '../../base/index.js';
import type { RespReply } from '../../check/index.js';

/** Returns the lines that redis-cli shows for the reply on a terminal. */
export function replyLines(reply: RespReply): string[] {
  switch (reply.type) {
    case 'simple':
      return [reply.text];
    case 'error':
      return [`(error) ${reply.text}`];
    case 'integer':
      return [`(integer) ${reply.value}`];
    case 'bulk':
      return [quoted(reply.bytes)];
    case 'null':
      return ['(nil)'];
    case 'array':
      return reply.items.length === 0 ? ['(empty array)'] : numbered(reply.items);
    case 'map':
      return numbered(reply.pairs.flat());
    default:
      return unreachable(reply);
  }
}

export function isFailure({ type }: RespReply): boolean {
  return type === 'error';
}

/** Numbers the items as `1) "a"`, and indents the further lines of a nested array. */
function numbered(items: readonly RespReply[]): string[] {
  const width = String(items.length).length;
  return items.flatMap((item, at) =>
    replyLines(item).map((line, row) => {
      const label = `${String(at + 1).padStart(width)}) `;
      return (row === 0 ? label : ' '.repeat(label.length)) + line;
    }),
  );
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** Quotes UTF-8 text as it is, and other bytes as `\x..` escapes. */
function quoted(bytes: string): string {
  const buffer = Buffer.from(bytes, 'latin1');
  const text = buffer.toString();
  const isText = Buffer.from(text).equals(buffer);
  const shown = (isText ? text : bytes).replace(/["\\\n\r\t]/g, (char) => escapes[char] ?? char);
  const unprintable = isText ? /\p{Cc}/gu : /[^ -~]/g;
  return `"${shown.replace(unprintable, toHex)}"`;
}

function toHex(char: string): string {
  return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
