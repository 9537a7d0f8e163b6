import { crc32c } from '../base/index.js';

/** LevelDB masks its checksums, since the checksum of bytes that hold a checksum is a poor one. */
export function maskedChecksum(bytes: Uint8Array, from: number, to: number): number {
  const crc = crc32c(bytes, from, to);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
