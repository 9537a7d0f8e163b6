/**
 * Encodes replies in RESP2 or RESP3. For the requests of our own clients see request-encoder.ts.
 */

import { assert, type ByteString, printable, unreachable } from '../base/index.js';
import { okReply, type Reply } from '../kv/index.js';
import { replyBytesMax } from './reply-limits.js';

/** The longest simple string or error, in chars. A longer one is truncated. */
const lineLengthMax = 1024;

const tooLargeReply = '-ERR the reply is too large: ask for less at once\r\n';
const ok = '+OK\r\n';
const nulls = { 2: '$-1\r\n', 3: '_\r\n' } as const;
const smallIntegers: readonly ByteString[] = Array.from(
  { length: 1024 },
  (_, value) => `:${value}\r\n`,
);

/**
 * Returns a reply in RESP2 or RESP3, to be written as latin1. A reply beyond the size limit becomes
 * an error: MGET can name one large value many times.
 */
export function encodeReply(reply: Reply, protocol: 2 | 3): ByteString {
  const text = encode(reply, protocol);
  return text.length <= replyBytesMax ? text : tooLargeReply;
}

function encode(reply: Reply, protocol: 2 | 3): ByteString {
  switch (reply.type) {
    case 'simple':
      return reply === okReply ? ok : `+${escapeLine(reply.text)}\r\n`;
    case 'error':
      return `-${escapeLine(reply.text)}\r\n`;
    case 'integer':
      return encodeInteger(reply.value);
    case 'bulk':
      return `$${reply.bytes.length}\r\n${reply.bytes}\r\n`;
    case 'null':
      return nulls[protocol];
    case 'array':
      return `*${reply.items.length}\r\n${encodeAll(reply.items, protocol)}`;
    case 'map': {
      const header = protocol === 2 ? `*${2 * reply.pairs.length}` : `%${reply.pairs.length}`;
      return `${header}\r\n${encodeAll(reply.pairs.flat(), protocol)}`;
    }
    default:
      return unreachable(reply);
  }
}

function encodeAll(replies: readonly Reply[], protocol: 2 | 3): ByteString {
  let text = '';
  for (const reply of replies) {
    if (text.length > replyBytesMax) break;
    text += encode(reply, protocol);
  }
  return text;
}

function encodeInteger(value: number | bigint): ByteString {
  const small = smallIntegers[Number(value)];
  if (small !== undefined) return small;
  assert(typeof value === 'bigint' || Number.isSafeInteger(value), 'not an integer', value);
  return `:${value}\r\n`;
}

/** A line may echo bytes from a client; a CR LF among them would start a reply of its own. */
function escapeLine(text: string): string {
  return printable(text, lineLengthMax);
}
