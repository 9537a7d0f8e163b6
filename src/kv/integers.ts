/** The 64-bit integers that Redis commands take. */

import type { ByteString } from '../base/index.js';

const int64Max = 2n ** 63n - 1n;
export const int64Min = -(2n ** 63n);
const integerPattern = /^(0|-?[1-9][0-9]{0,18})$/;

/**
 * Parses a signed 64-bit integer in the strict form that Redis demands. Null when the text is not
 * such an integer.
 */
export function parseInt64(bytes: ByteString): bigint | null {
  if (!integerPattern.test(bytes)) return null;
  const value = BigInt(bytes);
  return isInt64(value) ? value : null;
}

export function isInt64(value: bigint): boolean {
  return value >= int64Min && value <= int64Max;
}
