/** Tests valid requests, cut anywhere. For wrong ones see request-abuse.test.ts. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  encodeRequest,
  RequestDecoder,
  requestLimits,
  unauthenticatedLimits,
} from '../../src/resp/index.js';
import { bytes, decodeAll, decodeBytes, decodePieces, encodeAll } from './decoding.js';

/**
 * A second is enough, but a decoder that copied or scanned everything per byte would take minutes.
 */
const hangGuard = { timeout: 60_000 };

const ping = '*1\r\n$4\r\nPING\r\n';
const set = ['SET', 'key', 'v'.repeat(1000)];

test('an array of bulk strings is a command, its name as it was sent', () => {
  const text = '*3\r\n$3\r\nsEt\r\n$3\r\nkey\r\n$5\r\nvalue\r\n';
  assert.deepEqual(decodeAll(text), {
    requests: [['sEt', 'key', 'value']],
    error: null,
    isAttack: false,
  });
});

test('an encoded request is the array of bulk strings that Redis wants', () => {
  const text = '*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\n';
  assert.equal(encodeRequest(['SET', 'key', 'value']), text);
});

test('names, keys and values may hold any byte and may be empty', () => {
  const everyByte = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));
  const requests = [
    ['\r\n\0\u001b', everyByte, ''],
    ['', '', ''],
    ['GET', '*1\r\n$4\r\nPING\r\n'],
    ['x'.repeat(1024 * 1024)],
  ];
  assert.deepEqual(decodeAll(encodeAll(requests)).requests, requests);
});

test('a command comes out whole wherever it is cut in two', () => {
  const text = `${encodeAll([set, ['GET', ''], ['INCR', 'n']])}ECHO "a b"\r\n${encodeAll([set])}*-1\r\n${ping}`;
  const whole = decodeAll(text);
  assert.equal(whole.requests.length, 6);
  for (let cut = 0; cut <= text.length; cut += 1) {
    assert.deepEqual(decodePieces([text.slice(0, cut), text.slice(cut)]), whole, `cut at ${cut}`);
  }
});

test('commands that come byte by byte come out as in one piece', () => {
  const text = `${encodeAll([set, ['GET', ''], set])}\r\nPING\r\n${encodeAll([set])}*-1\r\n${ping}`;
  assert.deepEqual(decodePieces(text), decodeAll(text));
});

test('a command is decoded with the byte that completes it, and no sooner', () => {
  const decoder = new RequestDecoder(requestLimits);
  assert.deepEqual(decoder.decode(bytes(ping.slice(0, -1))).requests, []);
  assert.deepEqual(decoder.decode(bytes(ping.slice(-1))).requests, [['PING']]);
  assert.deepEqual(decoder.decode(bytes('')).requests, []);
});

test('100,000 pipelined commands in one piece come out in order', () => {
  const requests = Array.from({ length: 100_000 }, (_, at) => ['SET', `key:${at}`, `${at}`]);
  assert.deepEqual(decodeAll(encodeAll(requests)).requests, requests);
});

test('arrays, lines and empty commands may be mixed, and the order is kept', () => {
  const text = `${ping}*0\r\nGET a\r\n*-1\r\n${ping}\r\n   \r\n*-77\r\n${ping}GET b\n`;
  assert.deepEqual(decodeAll(text), {
    requests: [['PING'], ['GET', 'a'], ['PING'], ['PING'], ['GET', 'b']],
    error: null,
    isAttack: false,
  });
});

test('a chunk may be reused once it is decoded', () => {
  const decoder = new RequestDecoder(requestLimits);
  const chunk = bytes(`${ping}*2\r\n$3\r\nGET\r\n$3\r\nke`);
  const { requests } = decoder.decode(chunk);
  chunk.fill('!');
  assert.deepEqual(requests, [['PING']]);
  assert.deepEqual(decoder.decode(bytes('y\r\n')).requests, [['GET', 'key']]);
});

test('a value of 64 MiB comes through in pieces of 64 KiB', () => {
  const value = 'v'.repeat(64 * 1024 * 1024);
  const text = bytes(encodeRequest(['SET', 'key', value]));
  const decoder = new RequestDecoder(requestLimits);
  const requests = [];
  for (let at = 0; at < text.length; at += 65_536) {
    requests.push(...decoder.decode(text.subarray(at, at + 65_536)).requests);
  }
  assert.equal(requests.length, 1);
  assert.ok(requests[0]?.[2] === value, 'the value is another one');
});

test('a value of 4 MiB that is sent byte by byte comes through', hangGuard, async () => {
  const request = ['SET', 'key', 'v'.repeat(4 * 1024 * 1024)];
  assert.deepEqual(await decodeBytes(encodeRequest(request)), [request]);
});

test('200,000 arguments that are sent byte by byte come through', hangGuard, async () => {
  const request = ['DEL', ...Array.from({ length: 200_000 }, (_, at) => `${at % 10}`)];
  assert.deepEqual(await decodeBytes(encodeRequest(request)), [request]);
});

test('an unauthenticated client may send 10 arguments of 16 KiB', () => {
  const most = Array.from({ length: 10 }, () => 'x'.repeat(16 * 1024));
  assert.deepEqual(decodeAll(encodeRequest(most), unauthenticatedLimits).requests, [most]);
});

test('a command after AUTH in the same chunk is decoded once the limits are lifted', () => {
  const large = ['SET', 'key', 'x'.repeat(16 * 1024 + 1)];
  const many = ['DEL', ...Array.from({ length: 10 }, (_, at) => `${at}`)];
  for (const request of [large, many]) {
    const decoder = new RequestDecoder(unauthenticatedLimits);
    const before = decoder.decode(bytes(encodeAll([['AUTH', 'secret'], request, ['PING']])));
    assert.deepEqual(before.requests, [['AUTH', 'secret']]);
    assert.match(before.error ?? '', /unauthenticated/);
    decoder.limits = requestLimits;
    const after = decoder.decode(bytes(''));
    assert.deepEqual(after, { requests: [request, ['PING']], error: null, isAttack: false });
  }
});

test('new limits do not clear an error that the old limits did not cause', () => {
  const decoder = new RequestDecoder(unauthenticatedLimits);
  const { error } = decoder.decode(bytes('*1.5\r\n'));
  decoder.limits = requestLimits;
  assert.deepEqual(decoder.decode(bytes(ping)), { requests: [], error, isAttack: false });
});
