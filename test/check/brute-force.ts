/**
 * A second judge, against which that of src/check is tested: it tries all orders, without pruning
 * and with its own model of Redis, so it suits only a handful of operations.
 */

import type { Operation } from '../../src/check/index.js';

type State = string | null;

/** The order so far. */
interface Prefix {
  readonly state: State;
  /** The latest start of an answered operation. */
  readonly latestNs: number;
}

/**
 * True when the operations have an order. Those in `optional` may have happened at their time or
 * not, with any answer.
 */
export function hasOrder(
  operations: readonly Operation[],
  optional: ReadonlySet<Operation> = new Set(),
  { state, latestNs }: Prefix = { state: null, latestNs: 0 },
): boolean {
  const possible = operations.filter(({ ok }) => ok !== false);
  const isAnswered = (operation: Operation) => operation.ok === true && !optional.has(operation);
  if (!possible.some(isAnswered)) return true;
  return possible.some((first) => {
    const others = possible.filter((operation) => operation !== first);
    if (others.some((other) => isAnswered(other) && other.endNs < first.startNs)) return false;
    if (optional.has(first) && first.endNs < latestNs) return false;
    const [after, result] = run(first, state);
    if (isAnswered(first) && result !== first.result) return false;
    const startNs = isAnswered(first) ? first.startNs : 0;
    return hasOrder(others, optional, { state: after, latestNs: Math.max(latestNs, startNs) });
  });
}

function run({ op, value, expected }: Operation, state: State): readonly [State, State] {
  if (op === 'get') return [state, state];
  if (op === 'set') return [value, 'OK'];
  if (op === 'cas') return state === expected ? [value, 'OK'] : [state, null];
  if (op === 'del') return [null, state === null ? '0' : '1'];
  if (op === 'append') return [`${state ?? ''}${value}`, `${`${state ?? ''}${value}`.length}`];
  const count = state === null ? 0 : Number(state);
  if (Number.isNaN(count)) return [state, 'ERR value is not an integer or out of range'];
  return [`${count + 1}`, `${count + 1}`];
}

/** Runs an operation on a key in that state; returns the new state and the answer. */
export const simulate = run;
