import { LetoError } from './errors.js';

/**
 * Stops the node loudly when an impossible state is met. Assertions stay on in production: a node
 * that is dead is better than a log that is wrong.
 *
 * `values` are appended to the message, so that no text is built when the condition holds.
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

/** The value itself, where the caller knows that it is there and the type does not. */
export function assertPresent<T>(value: T | null | undefined, message: string): T {
  assert(value !== undefined && value !== null, message);
  return value;
}
