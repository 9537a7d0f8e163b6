/** Tests wrong, oversized and malicious requests. For valid ones see request-decoder.test.ts. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  encodeRequest,
  RequestDecoder,
  requestLimits,
  unauthenticatedLimits,
} from '../../src/resp/index.js';
import { bytes, decodeAll, decodePieces } from './decoding.js';

const ping = '*1\r\n$4\r\nPING\r\n';
const line70KiB = '1'.repeat(70 * 1024);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes in use on the heap and in buffers. Buffers are only released a turn after a collection. */
async function heldBytes(): Promise<number> {
  collectGarbage();
  await setImmediate();
  collectGarbage();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return arrayBuffers + heapUsed;
}

/** The answers of Redis 7.0.15, except where a name says that Redis differs. */
const wrong: readonly (readonly [what: string, text: string, error: string])[] = [
  ['a count above 2^31', '*2147483648\r\n', 'invalid multibulk length'],
  ['a count above ours', '*2147483647\r\n', 'invalid multibulk length'],
  ['one above our largest count', '*1048577\r\n', 'invalid multibulk length'],
  ['a count of 40 digits', `*${'9'.repeat(40)}\r\n`, 'invalid multibulk length'],
  ['a count that is no integer', '*1.5\r\n', 'invalid multibulk length'],
  ['a count behind a blank', '* 1\r\n', 'invalid multibulk length'],
  ['no count', '*\r\n', 'invalid multibulk length'],
  ['a count with a plus', '*+1\r\n', 'invalid multibulk length'],
  ['a count with a leading zero', '*01\r\n', 'invalid multibulk length'],
  ['a count of minus zero', '*-0\r\n', 'invalid multibulk length'],
  ['a count in letters', '*abc\r\n', 'invalid multibulk length'],
  ['a count without LF, which Redis takes', '*1\r$4\r\nPING\r\n', 'invalid multibulk length'],
  ['a count line of 70 KiB', `*${line70KiB}`, 'too big mbulk count string'],
  ['a negative length', '*1\r\n$-5\r\n', 'invalid bulk length'],
  ['a null argument', '*1\r\n$-1\r\n', 'invalid bulk length'],
  ['a length above 64 MiB', '*1\r\n$67108865\r\n', 'invalid bulk length'],
  ['a length of 11 digits', '*1\r\n$99999999999\r\n', 'invalid bulk length'],
  ['a length in letters', '*1\r\n$abc\r\n', 'invalid bulk length'],
  ['no length', '*1\r\n$\r\n', 'invalid bulk length'],
  ['a length with a leading zero', '*1\r\n$04\r\n', 'invalid bulk length'],
  ['a length line of 70 KiB', `*1\r\n$${line70KiB}`, 'too big bulk count string'],
  ['a nested array', '*1\r\n*1\r\n$4\r\nPING\r\n', "expected '$', got '*'"],
  ['an integer argument', '*1\r\n:1\r\n', "expected '$', got ':'"],
  ['an inline argument', '*2\r\n$4\r\nECHO\r\nx\r\n', "expected '$', got 'x'"],
  ['a control byte for a type', '*1\r\n\u001b\r\n', "expected '$', got '.'"],
  [
    'an argument without CRLF, which Redis takes',
    '*1\r\n$4\r\nPINGxx',
    'expected CRLF after a bulk string',
  ],
  [
    'an argument without LF, which Redis takes',
    '*1\r\n$4\r\nPING\rx',
    'expected CRLF after a bulk string',
  ],
  [
    'arguments above the largest command',
    `*3\r\n${`$66000\r\n${'x'.repeat(66_000)}\r\n`}$4\r\nPING\r\n$67108864\r\n`,
    'too big multibulk request',
  ],
];

for (const [what, text, error] of wrong) {
  test(`${what} is an error, and what came before it is valid`, () => {
    const expected = {
      requests: [['PING']],
      error: `ERR Protocol error: ${error}`,
      isAttack: false,
    };
    assert.deepEqual(decodeAll(`${ping}${text}${ping}`), expected);
    assert.deepEqual(decodePieces(`PING\r\n${text}${ping}`), expected);
  });
}

test('after an error the decoder ignores all further input', () => {
  for (const text of ['*x\r\n', 'a "b\r\n', 'POST /\r\n', '*1\r\n$4\r\nPOST\r\n']) {
    const decoder = new RequestDecoder(requestLimits);
    const { error, isAttack } = decoder.decode(bytes(text));
    assert.notEqual(error, null);
    assert.deepEqual(decoder.decode(bytes(ping)), { requests: [], error, isAttack });
  }
});

test('the size limit is per command, not per connection', () => {
  const decoder = new RequestDecoder(requestLimits);
  const chunk = bytes(encodeRequest(['SET', 'key', 'x'.repeat(1024 * 1024)]));
  for (let count = 0; count < 70; count += 1) assert.equal(decoder.decode(chunk).error, null);
});

test('an unauthenticated client gets the errors of the small limits, and of the large ones beyond them', () => {
  const cases = [
    ['*11\r\n', 'unauthenticated multibulk length'],
    ['*1\r\n$16385\r\n', 'unauthenticated bulk length'],
    ['*1048577\r\n', 'invalid multibulk length'],
    ['*1\r\n$67108865\r\n', 'invalid bulk length'],
  ];
  for (const [text = '', error] of cases) {
    const decoded = decodeAll(text, unauthenticatedLimits);
    assert.equal(decoded.error, `ERR Protocol error: ${error}`);
  }
});

test('POST and Host: count as an attack, and nothing after them is decoded', () => {
  const attacks = [
    'POST / HTTP/1.1\r\n',
    'post\r\n',
    'Host: localhost:5379\r\n',
    '"host:" x\r\n',
    '*1\r\n$4\r\nPoSt\r\n',
    '*2\r\n$5\r\nHOST:\r\n$1\r\nx\r\n',
  ];
  for (const attack of attacks) {
    for (const after of ['SET key value\r\n', `${ping}*x\r\n`]) {
      const decoded = decodeAll(`${ping}${attack}${after}`);
      assert.deepEqual(decoded.requests, [['PING']], attack);
      assert.equal(decoded.isAttack, true, attack);
      assert.match(decoded.error ?? '', /cross-protocol attack/);
      assert.deepEqual(decodePieces(`${ping}${attack}${after}`), decoded);
    }
  }
});

test('an HTTP GET is a command, and the Host: line after it an attack', () => {
  const { requests, isAttack } = decodeAll('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  assert.deepEqual(requests, [['GET', '/', 'HTTP/1.1']]);
  assert.equal(isAttack, true);
});

test('a key or a value may be POST', () => {
  const { requests, error } = decodeAll('*3\r\n$3\r\nSET\r\n$4\r\nPOST\r\n$5\r\nhost:\r\n');
  assert.deepEqual(requests, [['SET', 'POST', 'host:']]);
  assert.equal(error, null);
});

test('a TLS hello is a line without an end, and is refused at the limit of lines', () => {
  const hello = `\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003${'\u00a7'.repeat(500)}`;
  assert.deepEqual(decodeAll(hello), { requests: [], error: null, isAttack: false });
  const { requests, error } = decodePieces([hello, hello.repeat(150)]);
  assert.deepEqual(requests, []);
  assert.equal(error, 'ERR Protocol error: too big inline request');
});

test('a declared length takes no memory until the bytes arrive', async () => {
  const before = await heldBytes();
  const decoders = Array.from({ length: 50 }, () => new RequestDecoder(requestLimits));
  for (const [at, decoder] of decoders.entries()) {
    const length = at % 2 === 0 ? 256 : 64;
    decoder.decode(bytes(`*1048576\r\n$3\r\nSET\r\n$${length * 1024 * 1024}\r\nabc`));
  }
  const held = (await heldBytes()) - before;
  assert.ok(held < 1024 * 1024, `${held} bytes are held`);
  assert.equal(decoders.filter((decoder) => decoder.decode(bytes('')).error === null).length, 25);
});

test('a part of a command takes no more than twice what has arrived', async () => {
  const before = await heldBytes();
  const decoder = new RequestDecoder(requestLimits);
  const chunk = Buffer.alloc(64 * 1024, 'x');
  decoder.decode(bytes('*1\r\n$67108864\r\n'));
  for (let count = 0; count < 100; count += 1) decoder.decode(chunk);
  const held = (await heldBytes()) - before;
  assert.ok(held < 2.5 * 100 * chunk.length, `${held} bytes are held`);
});

test('a decoder holds nothing once its last command is complete', async () => {
  const decoder = new RequestDecoder(requestLimits);
  const chunk = Buffer.alloc(4 * 1024 * 1024, 'x');
  const before = await heldBytes();
  decoder.decode(bytes(`*1\r\n$${2 * chunk.length}\r\n`));
  for (const piece of [chunk, chunk, bytes('\r\n')]) decoder.decode(piece);
  const held = (await heldBytes()) - before;
  assert.ok(held < 1024 * 1024, `${held} bytes are held`);
});

test('after an error the decoder keeps no further input', async () => {
  const decoder = new RequestDecoder(requestLimits);
  decoder.decode(bytes('*1\r\n$x\r\n'));
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const before = await heldBytes();
  for (let count = 0; count < 100; count += 1) decoder.decode(chunk);
  const held = (await heldBytes()) - before;
  assert.ok(held < 1024 * 1024, `${held} bytes are held`);
});
