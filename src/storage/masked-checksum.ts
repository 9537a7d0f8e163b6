/** The form in which LevelDB stores a CRC-32C in its files. */

import { crc32c } from '../base/index.js';

/**
 * Returns the masked CRC-32C of the bytes from `from` to `to`. LevelDB masks checksums because a
 * CRC of bytes that contain their own CRC is weak.
 */
export function maskedChecksum(bytes: Uint8Array, from: number, to: number): number {
  const crc = crc32c(bytes, from, to);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
