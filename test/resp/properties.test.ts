/** Property tests: what is encoded is decoded, and no bytes crash a decoder. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ByteString } from '../../src/base/bytes.js';
import {
  arrayReply,
  bulkReply,
  errorReply,
  integerReply,
  nullReply,
  type Reply,
} from '../../src/kv/index.js';
import { encodeReply, ReplyDecoder } from '../../src/resp/index.js';
import { bytes, decodeAll, decodePieces, encodeAll } from './decoding.js';

const byteStrings = fc
  .uint8Array({ maxLength: 60 })
  .map((array) => Buffer.from(array).toString('latin1'));

const requests = fc
  .array(fc.array(byteStrings, { minLength: 1, maxLength: 6 }), { maxLength: 12 })
  .filter((all) => all.every(([name = '']) => !/^(post|host:)$/i.test(name)));

/** Whole and broken pieces of the protocol, so that errors occur beyond the first byte. */
const brokenTexts = fc
  .array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom('*1\r\n', '*2\r\n', '$4\r\n', 'PING\r\n', '$0\r\n\r\n'),
      },
      fc.constantFrom(
        '*',
        '$',
        ':',
        '+',
        '-1',
        '0',
        '9',
        '\r',
        '\n',
        '\r\n',
        ' ',
        '"',
        "'",
        '\\',
        'x',
      ),
      fc.constantFrom(
        '*0\r\n',
        '*-1\r\n',
        '$-1\r\n',
        '*1.5\r\n',
        '$99999999999\r\n',
        'POST',
        'Host:',
      ),
      byteStrings,
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

const cuts = fc.array(fc.nat(), { maxLength: 8 });

function cutAt(text: ByteString, places: readonly number[]): ByteString[] {
  const ends = [...places.map((place) => place % (text.length + 1)), text.length];
  ends.sort((a, b) => a - b);
  return ends.map((end, at) => text.slice(ends[at - 1] ?? 0, end));
}

test('any commands come out as they were encoded, wherever they are cut', () => {
  const property = fc.property(requests, cuts, (sent, places) => {
    const decoded = decodePieces(cutAt(encodeAll(sent), places));
    assert.deepEqual(decoded, { requests: sent, error: null, isAttack: false });
  });
  fc.assert(property, { numRuns: 2000 });
});

test('any bytes give the same requests and the same error, wherever they are cut', () => {
  const property = fc.property(brokenTexts, cuts, (text, places) => {
    const whole = decodeAll(text);
    assert.deepEqual(decodePieces(cutAt(text, places)), whole);
    assert.deepEqual(decodePieces(text), whole);
    assert.ok(whole.requests.every((request) => request.length > 0));
  });
  fc.assert(property, { numRuns: 5000 });
});

test('any words come out of an inline command in double quotes', () => {
  const property = fc.property(fc.array(byteStrings, { minLength: 1 }), (words) => {
    const quoted = words.map((word) => {
      const escaped = bytes(word).toString('hex').replace(/../g, '\\x$&');
      return `"${escaped}"`;
    });
    assert.deepEqual(decodeAll(`ECHO ${quoted.join(' ')}\r\n`).requests, [['ECHO', ...words]]);
  });
  fc.assert(property);
});

const printableTexts = fc.string({ maxLength: 40, unit: 'grapheme-ascii' });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

const replies = fc.letrec<{ reply: Reply }>((tie) => ({
  reply: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.constant(nullReply),
    byteStrings.map(bulkReply),
    printableTexts.map(errorReply),
    printableTexts.map((text): Reply => ({ type: 'simple', text })),
    fc.oneof(fc.maxSafeInteger(), int64).map(integerReply),
    fc.array(tie('reply'), { maxLength: 5 }).map(arrayReply),
  ),
})).reply;

/** An integer has one form for each value: a bigint only where a number is not exact. */
function normal(reply: Reply): Reply {
  if (reply.type === 'array') return arrayReply(reply.items.map(normal));
  if (reply.type !== 'integer') return reply;
  const value = Number(reply.value);
  return integerReply(Number.isSafeInteger(value) ? value : reply.value);
}

test('any replies come out as they were encoded in RESP2, wherever they are cut', () => {
  const property = fc.property(fc.array(replies, { maxLength: 6 }), cuts, (sent, places) => {
    const text = sent.map((reply) => encodeReply(reply, 2)).join('');
    const decoder = new ReplyDecoder();
    const received = cutAt(text, places).flatMap((piece) => decoder.decode(bytes(piece)));
    assert.deepEqual(received, sent.map(normal));
  });
  fc.assert(property, { numRuns: 2000 });
});

test('any bytes are replies, a part of one, or refused with LETO_DATA_DAMAGED', () => {
  const property = fc.property(brokenTexts, (text) => {
    try {
      new ReplyDecoder().decode(bytes(text));
    } catch (thrown) {
      assert.equal((thrown as { code?: unknown }).code, 'LETO_DATA_DAMAGED');
    }
  });
  fc.assert(property, { numRuns: 5000 });
});
