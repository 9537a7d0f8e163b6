/** Shorthand for operations in tests; times are in nanoseconds, from start to end. */

import type { Operation } from '../../src/check/index.js';

const nothing = { value: null, expected: null, result: null, key: 'k', ok: true, process: 0 };

export function get(result: string | null, startNs: number, endNs: number): Operation {
  return { ...nothing, op: 'get', result, startNs, endNs };
}

export function set(value: string, startNs: number, endNs: number): Operation {
  return { ...nothing, op: 'set', value, result: 'OK', startNs, endNs };
}

export function cas(
  expected: string | null,
  value: string,
  result: 'OK' | null,
  startNs: number,
  endNs: number,
): Operation {
  return { ...nothing, op: 'cas', expected, value, result, startNs, endNs };
}

export function del(result: string, startNs: number, endNs: number): Operation {
  return { ...nothing, op: 'del', result, startNs, endNs };
}

export function incr(result: string, startNs: number, endNs: number): Operation {
  return { ...nothing, op: 'incr', result, startNs, endNs };
}

export function append(value: string, result: string, startNs: number, endNs: number): Operation {
  return { ...nothing, op: 'append', value, result, startNs, endNs };
}

export function unknown(operation: Operation): Operation {
  return { ...operation, ok: null, result: null };
}

export function failed(operation: Operation): Operation {
  return { ...operation, ok: false, result: null };
}

export function on(key: string, operation: Operation): Operation {
  return { ...operation, key };
}
