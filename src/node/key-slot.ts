import type { ByteString } from '../base/bytes.js';

const slotCount = 16384;

/** CRC-16/XMODEM of each byte, as Redis Cluster uses it. */
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/** The hash slot of a key in Redis Cluster; of `{tag}` alone where a key has one. */
export function keySlot(key: ByteString): number {
  const open = key.indexOf('{');
  const close = open < 0 ? -1 : key.indexOf('}', open + 1);
  const hashed = close > open + 1 ? key.slice(open + 1, close) : key;
  let crc = 0;
  for (let at = 0; at < hashed.length; at += 1) {
    const byte = ((crc >> 8) ^ hashed.charCodeAt(at)) & 0xff;
    crc = ((crc << 8) ^ (table[byte] as number)) & 0xffff;
  }
  return crc % slotCount;
}
