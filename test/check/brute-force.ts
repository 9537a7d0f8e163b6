import type { Operation } from '../../src/check/index.js';

type State = string | null;

/**
 * Is there an order? Tries all of them, with nothing clever and a model of its own. Only for a
 * handful of operations.
 */
export function hasOrder(operations: readonly Operation[], state: State = null): boolean {
  const took = operations.filter(({ ok }) => ok !== false);
  if (took.every(({ ok }) => ok === null)) return true;
  return took.some((first) => {
    const others = took.filter((operation) => operation !== first);
    if (others.some(({ ok, endNs }) => ok === true && endNs < first.startNs)) return false;
    const [after, result] = run(first, state);
    if (first.ok === true && result !== first.result) return false;
    return hasOrder(others, after);
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

/** Runs an operation on a simulated key: what it answers, and what it leaves. */
export const simulate = run;
