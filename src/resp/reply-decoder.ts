/** Decodes the replies of a RESP2 server, for the clients of this project. */

import { type ByteString, LetoError, printable } from '../base/index.js';
import {
  arrayReply,
  bulkReply,
  errorReply,
  integerReply,
  nullReply,
  type Reply,
} from '../kv/index.js';
import { type ParsedValue, parseCompleteValues } from './complete-values.js';
import { incomplete, invalid } from './lines.js';
import { PendingBytes } from './pending-bytes.js';
import { ReplyScanner } from './reply-scanner.js';

const plus = 43;
const minus = 45;
/** How many of the offending bytes the error shows. */
const shownBytesMax = 32;

/** Decodes replies from chunks that may be cut anywhere. */
export class ReplyDecoder {
  readonly #pending = new PendingBytes();
  readonly #scanner = new ReplyScanner();

  /**
   * Returns the replies that `chunk` completes. After an error the connection cannot be used again.
   * @throws {LetoError} LETO_DATA_DAMAGED when the bytes are not a reply, or the reply is too large
   */
  decode(chunk: Buffer): Reply[] {
    const bytes = this.#pending.join(chunk);
    let end = 0;
    let count = 0;
    while (end < bytes.length) {
      const next = this.#scanner.scan(bytes, end);
      if (next === invalid) throw notResp(bytes.subarray(end));
      if (next === incomplete) break;
      end = next;
      count += 1;
    }
    const values = parseCompleteValues(bytes.subarray(0, end), count, sliceReply);
    this.#pending.keep(bytes, end);
    return values.map(toReply);
  }
}

/**
 * redis-parser does not distinguish simple strings from bulk strings, but the byte before the
 * string does. The text of an error stays a string, since the parser makes an Error of it.
 */
function sliceReply(this: Buffer, from: number, to: number): Reply | ByteString {
  const bytes = this.toString('latin1', from, to);
  const type = this[from - 1];
  if (type === minus) return bytes;
  return type === plus ? { type: 'simple', text: bytes } : bulkReply(bytes);
}

function toReply(value: ParsedValue<Reply>): Reply {
  if (value === null) return nullReply;
  if (typeof value === 'string') return toInteger(value);
  if (value instanceof Error) return errorReply(value.message);
  return Array.isArray(value) ? arrayReply(value.map(toReply)) : value;
}

function toInteger(digits: string): Reply {
  const value = Number(digits);
  return integerReply(Number.isSafeInteger(value) ? value : BigInt(digits));
}

function notResp(bytes: Buffer): LetoError {
  const start = printable(bytes.toString('latin1', 0, shownBytesMax + 1), shownBytesMax);
  return new LetoError(
    'LETO_DATA_DAMAGED',
    `the server does not speak RESP2, or its reply is too large: "${start}"; check the port`,
  );
}
