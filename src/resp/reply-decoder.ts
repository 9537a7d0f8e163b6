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
/** Of the bytes that are no reply, in the error. */
const shownBytesMax = 32;

/** What our own clients read: the replies of a server that speaks RESP2, in any pieces. */
export class ReplyDecoder {
  readonly #pending = new PendingBytes();
  readonly #scanner = new ReplyScanner();

  /**
   * The replies that are whole now. After an error the connection is of no use any more.
   * @throws {LetoError} LETO_DATA_DAMAGED for what is no reply or a too large one
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
 * redis-parser does not tell a simple string from a bulk string, but the byte before it does. Of the
 * text of an error the parser makes an Error.
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
    `what answers is no RESP2 server, or sends more than is taken: "${start}"; check the port`,
  );
}
