/** Tests decoding replies, and refusing everything else. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  arrayReply,
  bulkReply,
  errorReply,
  integerReply,
  nullReply,
  okReply,
  type Reply,
} from '../../src/kv/index.js';
import { ReplyDecoder } from '../../src/resp/index.js';
import { bytes } from './decoding.js';

function decode(...pieces: readonly string[]): Reply[] {
  const decoder = new ReplyDecoder();
  return pieces.flatMap((piece) => decoder.decode(bytes(piece)));
}

const every =
  `$1000\r\n${'v'.repeat(1000)}\r\n$-1\r\n` +
  '+OK\r\n-ERR no\r\n:0\r\n:-7\r\n:9223372036854775807\r\n$2\r\nOK\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n' +
  '*3\r\n*2\r\n:1\r\n+a\r\n$4\r\na\r\nb\r\n*1\r\n*1\r\n-ERR in it\r\n+\r\n';

const everyReply: readonly Reply[] = [
  bulkReply('v'.repeat(1000)),
  nullReply,
  okReply,
  errorReply('ERR no'),
  integerReply(0),
  integerReply(-7),
  integerReply(9223372036854775807n),
  bulkReply('OK'),
  bulkReply(''),
  nullReply,
  nullReply,
  arrayReply([]),
  arrayReply([
    arrayReply([integerReply(1), { type: 'simple', text: 'a' }]),
    bulkReply('a\r\nb'),
    arrayReply([arrayReply([errorReply('ERR in it')])]),
  ]),
  { type: 'simple', text: '' },
];

test('each type of RESP2 is decoded as that type, and simple strings are not bulk strings', () => {
  assert.deepEqual(decode(every), everyReply);
});

test('replies come out whole wherever they are cut', () => {
  assert.deepEqual(decode(...every), everyReply);
  for (let cut = 0; cut <= every.length; cut += 1) {
    assert.deepEqual(decode(every.slice(0, cut), every.slice(cut)), everyReply, `cut at ${cut}`);
  }
});

test('bytes of an error that are not UTF-8 are kept', () => {
  assert.deepEqual(decode('-ERR \u00ff\u00e4\r\n'), [errorReply('ERR \u00ff\u00e4')]);
});

test('a value of 16 MiB comes through in pieces', () => {
  const value = 'v'.repeat(16 * 1024 * 1024);
  const text = `*2\r\n$${value.length}\r\n${value}\r\n:1\r\n`;
  const pieces = Array.from({ length: 257 }, (_, at) => text.slice(at * 65_536, (at + 1) * 65_536));
  assert.equal(pieces.join('').length, text.length);
  const [reply] = decode(...pieces);
  assert.ok(reply?.type === 'array');
  assert.ok(reply.items[0]?.type === 'bulk');
  assert.ok(reply.items[0].bytes === value, 'the value is another one');
});

const garbage: readonly (readonly [what: string, text: string])[] = [
  ['HTTP', 'HTTP/1.1 400 Bad Request\r\n'],
  ['RESP3', '%1\r\n+a\r\n+b\r\n'],
  ['an empty line', '\r\n'],
  ['an integer in letters', ':abc\r\n'],
  ['a length in letters', '$abc\r\n'],
  ['a count that is no integer', '*1.5\r\n'],
  ['a length above 64 MiB', '$67108865\r\n'],
  ['a bulk string without its end', '$2\r\nabcd'],
  ['a simple string with a lone CR', '+a\rb\r\n'],
  ['a line of 70 KiB', `+${'x'.repeat(70 * 1024)}`],
  ['garbage inside an array', '*2\r\n:1\r\nx'],
  ['an array that is nested too deep', '*1\r\n'.repeat(10_000)],
];

for (const [what, text] of garbage) {
  test(`${what} is refused`, () => {
    for (const pieces of [[text], [...text]]) {
      assert.throws(() => decode(':1\r\n', ...pieces), {
        name: 'LetoError',
        code: 'LETO_DATA_DAMAGED',
        message: /check the port/,
      });
    }
  });
}

test('an array that declares 2^40 items waits for them and takes no memory', () => {
  const before = process.memoryUsage().arrayBuffers;
  assert.deepEqual(decode('*1099511627776\r\n:1\r\n:2\r\n'), []);
  assert.ok(process.memoryUsage().arrayBuffers - before < 1024 * 1024);
});

test('a reply of more than 128 MiB is refused', () => {
  const decoder = new ReplyDecoder();
  const header = '$67108864\r\n';
  const value = bytes(`${header}${'x'.repeat(67_108_864)}\r\n`);
  assert.deepEqual(decoder.decode(bytes('*3\r\n')), []);
  assert.deepEqual(decoder.decode(value), []);
  assert.throws(() => decoder.decode(value), { code: 'LETO_DATA_DAMAGED' });
});
