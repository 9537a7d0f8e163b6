import type { ByteString } from '../base/index.js';

/**
 * V8 gives a slice of 13 chars or more as a view of the whole, and keeps the whole alive with it.
 * This one is copied where it would keep much alive.
 */
export function detachedSlice(whole: ByteString, from: number, to: number): ByteString {
  const slice = whole.slice(from, to);
  const retainsTooMuch = slice.length >= 13 && whole.length > 2 * slice.length + 256;
  return retainsTooMuch ? ` ${slice}`.slice(1) : slice;
}
