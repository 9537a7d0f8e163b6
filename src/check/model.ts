/**
 * A model of the Redis commands that the workload uses, for the judge. It is written independently
 * of src/kv, so that it does not repeat mistakes made there.
 */

import { assertPresent, type ByteString, unreachable } from '../base/index.js';
import type { Operation } from './operation.js';

/** The value of a key; null when it is absent. */
export type KeyState = ByteString | null;

/** The state after an operation, and its answer. */
export interface Effect {
  readonly state: KeyState;
  readonly result: ByteString | null;
}

const integerPattern = /^(0|-?[1-9][0-9]{0,18})$/;
const int64Max = 2n ** 63n - 1n;
const int64Min = -(2n ** 63n);
const notAnInteger = 'ERR value is not an integer or out of range';
const wouldOverflow = 'ERR increment or decrement would overflow';

/** Applies an operation to a key in that state, as Redis does. */
export function apply(state: KeyState, operation: Operation): Effect {
  const { op } = operation;
  switch (op) {
    case 'get':
      return { state, result: state };
    case 'set':
      return { state: writtenValue(operation), result: 'OK' };
    case 'cas':
      if (state !== operation.expected) return { state, result: null };
      return { state: writtenValue(operation), result: 'OK' };
    case 'del':
      return { state: null, result: state === null ? '0' : '1' };
    case 'incr':
      return increment(state);
    case 'append': {
      const value = (state ?? '') + writtenValue(operation);
      return { state: value, result: String(value.length) };
    }
    default:
      return unreachable(op);
  }
}

/** True when the answer shows that the operation changed nothing, whatever the key held. */
export function isNoOp({ op, result }: Operation): boolean {
  return op === 'get' || (op === 'del' && result === '0') || (op === 'cas' && result === null);
}

function writtenValue({ op, value }: Operation): ByteString {
  return assertPresent(value, `${op} writes a value`);
}

function increment(state: KeyState): Effect {
  const before = state ?? '0';
  const value = integerPattern.test(before) ? BigInt(before) : null;
  if (value === null || value > int64Max || value < int64Min) {
    return { state, result: notAnInteger };
  }
  if (value === int64Max) return { state, result: wouldOverflow };
  const after = String(value + 1n);
  return { state: after, result: after };
}
