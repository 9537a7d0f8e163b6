/** Tests ByteReader and ByteWriter. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteReader, ByteWriter } from '../../src/codec/index.js';

const byteString = fc.uint8Array({ maxLength: 300 }).map((bytes) => String.fromCharCode(...bytes));

const piece = fc.oneof(
  fc.record({ type: fc.constant('uint8' as const), value: fc.nat(255) }),
  fc.record({ type: fc.constant('uint32' as const), value: fc.nat(2 ** 32 - 1) }),
  fc.record({ type: fc.constant('varint' as const), value: fc.maxSafeNat() }),
  fc.record({ type: fc.constant('bytes' as const), value: byteString }),
);
type Piece = typeof piece extends fc.Arbitrary<infer T> ? T : never;

function write(writer: ByteWriter, pieces: readonly Piece[]): Uint8Array {
  for (const { type, value } of pieces) {
    if (type === 'bytes') writer.bytes(value);
    else writer[type](value);
  }
  return writer.take();
}

function read(reader: ByteReader, pieces: readonly Piece[]): unknown[] {
  return pieces.map(({ type }) => reader[type]());
}

test('what is written is read again, piece by piece, to the end', () => {
  const writer = new ByteWriter();
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const reader = new ByteReader(write(writer, pieces));
      assert.deepEqual(
        read(reader, pieces),
        pieces.map(({ value }) => value),
      );
      assert.ok(reader.isAtEnd);
    }),
  );
});

test('a number takes one byte for each seven bits', () => {
  const sizes: [value: number, bytes: number][] = [
    [0, 1],
    [127, 1],
    [128, 2],
    [2 ** 14 - 1, 2],
    [2 ** 14, 3],
    [2 ** 32, 5],
    [Number.MAX_SAFE_INTEGER, 8],
  ];
  for (const [value, bytes] of sizes) {
    const writer = new ByteWriter();
    writer.varint(value);
    assert.equal(writer.length, bytes, `${value}`);
    assert.equal(new ByteReader(writer.take()).varint(), value);
  }
});

test('bytes that are cut short anywhere are damaged', () => {
  const writer = new ByteWriter();
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 10 }), fc.nat(), (pieces, at) => {
      const bytes = write(writer, pieces);
      const reader = new ByteReader(bytes.subarray(0, at % bytes.length));
      assert.throws(() => read(reader, pieces), { name: 'LetoError', code: 'LETO_DATA_DAMAGED' });
    }),
  );
});

test('a length beyond the end is damage, however large', () => {
  for (const length of [1, 2 ** 31, Number.MAX_SAFE_INTEGER]) {
    const writer = new ByteWriter();
    writer.varint(length);
    assert.throws(() => new ByteReader(writer.take()).bytes(), { code: 'LETO_DATA_DAMAGED' });
  }
});

test('a number beyond 2^53 - 1, or that does not end, is damage', () => {
  const numbers = [
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x10],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
    [...Array(20).fill(0xff), 0x00],
    [...Array(8).fill(0x80), 0x01],
    [...Array(160).fill(0x80), 0x00],
  ];
  for (const number of numbers) {
    assert.throws(() => new ByteReader(Uint8Array.from(number)).varint(), {
      code: 'LETO_DATA_DAMAGED',
    });
  }
});

test('a reader starts at the start of its view, and tells its position', () => {
  const whole = Uint8Array.from([9, 9, 1, 2, 9]);
  const reader = new ByteReader(whole.subarray(2, 4));
  assert.equal(reader.at, 0);
  assert.equal(reader.uint8(), 1);
  assert.equal(reader.at, 1);
  assert.ok(!reader.isAtEnd);
  assert.equal(reader.uint8(), 2);
  assert.ok(reader.isAtEnd);
});

test('a writer grows, and never writes to a buffer that it returned', () => {
  const writer = new ByteWriter();
  const large = 'x'.repeat(3_000_000);
  writer.uint8(7);
  writer.bytes(large);
  const first = writer.take();
  assert.equal(writer.length, 0);
  writer.bytes('y'.repeat(1000));
  const second = writer.take();
  const reader = new ByteReader(first);
  assert.equal(reader.uint8(), 7);
  assert.equal(reader.bytes(), large);
  assert.equal(new ByteReader(second).bytes(), 'y'.repeat(1000));
  assert.equal(first.byteLength, first.buffer.byteLength, 'it has a buffer of its own');
});

test('peek shows what has been written, from any offset', () => {
  const writer = new ByteWriter();
  for (const byte of [1, 2, 3]) writer.uint8(byte);
  assert.deepEqual([...writer.peek()], [1, 2, 3]);
  assert.deepEqual([...writer.peek(2)], [3]);
  assert.deepEqual([...writer.take()], [1, 2, 3]);
});
