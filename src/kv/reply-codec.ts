/** The form of a session's reply in a snapshot. The form that clients see is made in src/resp. */

import { type ByteString, LetoError, unreachable } from '../base/index.js';
import { parseInt64 } from './integers.js';
import type { Reply } from './reply.js';

/**
 * Encodes the reply to a write: the first byte of its type in RESP3, then its content.
 * @throws {LetoError} LETO_ASSERTION for arrays and maps, which no write replies with
 */
export function encodeSessionReply(reply: Reply): ByteString {
  switch (reply.type) {
    case 'simple':
      return `+${reply.text}`;
    case 'error':
      return `-${reply.text}`;
    case 'integer':
      return `${typeof reply.value === 'bigint' ? '(' : ':'}${reply.value}`;
    case 'bulk':
      return `$${reply.bytes}`;
    case 'null':
      return '_';
    case 'array':
    case 'map':
      throw new LetoError('LETO_ASSERTION', `a write must not reply with the type ${reply.type}`);
    default:
      return unreachable(reply);
  }
}

/** Decodes what `encodeSessionReply` encoded. Null when the bytes are not a reply. */
export function decodeSessionReply(bytes: ByteString): Reply | null {
  const content = bytes.slice(1);
  switch (bytes.charAt(0)) {
    case '+':
      return { type: 'simple', text: content };
    case '-':
      return { type: 'error', text: content };
    case ':':
      return integerOf(content, Number);
    case '(':
      return integerOf(content, BigInt);
    case '$':
      return { type: 'bulk', bytes: content };
    case '_':
      return content === '' ? { type: 'null' } : null;
    default:
      return null;
  }
}

function integerOf(digits: ByteString, convert: (value: bigint) => number | bigint): Reply | null {
  const value = parseInt64(digits);
  return value === null ? null : { type: 'integer', value: convert(value) };
}
