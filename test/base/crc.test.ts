/** Compares the table-driven CRC-32C with known values and a bitwise one. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { crc32c, crc32cOfString } from '../../src/base/crc.js';

const ascii = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** The definition of CRC-32C, one bit at a time. */
function slowCrc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

test('the check value of CRC-32C is 0xE3069283', () => {
  assert.equal(crc32c(ascii('123456789')), 0xe3069283);
});

test('known checksums (RFC 3720, B.4)', () => {
  const ascending = Uint8Array.from({ length: 32 }, (_, at) => at);
  assert.equal(crc32c(new Uint8Array(0)), 0);
  assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  assert.equal(crc32c(ascending), 0x46dd794e);
  assert.equal(crc32c(ascending.slice().reverse()), 0x113fdb5c);
});

test('the fast checksum equals the bitwise one', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      assert.equal(crc32c(bytes), slowCrc32c(bytes));
    }),
  );
});

test('a range of the bytes has the checksum of its copy', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(60), fc.nat(60), (bytes, a, b) => {
      const [from, to] = [a % (bytes.length + 1), b % (bytes.length + 1)].sort((x, y) => x - y);
      assert.equal(crc32c(bytes, from, to), crc32c(bytes.slice(from, to)));
    }),
  );
});

test('the checksum can be computed in parts, each starting from the previous one', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }), (parts) => {
      const whole = Uint8Array.from(parts.flatMap((part) => [...part]));
      const inParts = parts.reduce((seed, part) => crc32c(part, 0, part.length, seed), 0);
      assert.equal(inParts, crc32c(whole));
    }),
  );
});

test('one changed bit changes the checksum', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.nat(), (bytes, bit) => {
      const changed = bytes.slice();
      const at = Math.floor(bit / 8) % bytes.length;
      changed[at] = (changed[at] ?? 0) ^ (1 << (bit % 8));
      assert.notEqual(crc32c(changed), crc32c(bytes));
    }),
  );
});

test('bytes in a string have the same checksum as in an array, in parts too', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (bytes, cut) => {
      const text = String.fromCharCode(...bytes);
      assert.equal(crc32cOfString(text), crc32c(bytes));
      assert.equal(
        crc32cOfString(text.slice(cut), crc32cOfString(text.slice(0, cut))),
        crc32c(bytes),
      );
    }),
  );
});
