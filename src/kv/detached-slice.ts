/** Slices of strings that do not keep the whole string alive. */

import type { ByteString } from '../base/index.js';

/**
 * Returns a slice of `whole`. V8 makes a slice of 13 chars or more a view that keeps the whole
 * string alive, so the slice is copied when the whole is much larger.
 */
export function detachedSlice(whole: ByteString, from: number, to: number): ByteString {
  const slice = whole.slice(from, to);
  const retainsTooMuch = slice.length >= 13 && whole.length > 2 * slice.length + 256;
  return retainsTooMuch ? ` ${slice}`.slice(1) : slice;
}
