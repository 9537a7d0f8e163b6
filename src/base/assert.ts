/**
 * Assertions that stay on in production: a node that has stopped is better than a wrong log.
 * For a switch that must cover every variant of a union see unreachable.ts.
 */

import { LetoError } from './errors.js';

/**
 * Throws when `condition` is falsy. The message ends with `values`, which are passed separately so
 * that no text is built while the condition holds.
 *
 * @example
 * assert(entry.index === expected, 'a gap in the log', entry.index, expected);
 *
 * @throws {LetoError} LETO_ASSERTION
 */
export function assert(
  condition: unknown,
  message: string,
  ...values: readonly unknown[]
): asserts condition {
  if (condition) return;
  const details = values.length === 0 ? '' : ` (${values.map(String).join(', ')})`;
  throw new LetoError('LETO_ASSERTION', `${message}${details}`);
}

/**
 * Returns the value, for a caller that knows it is present when the type does not.
 * @throws {LetoError} LETO_ASSERTION when the value is null or undefined
 */
export function assertPresent<T>(value: T | null | undefined, message: string): T {
  assert(value !== undefined && value !== null, message);
  return value;
}
