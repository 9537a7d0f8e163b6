/** Generates random histories that are linearizable, and mutations of them that may not be. */

import type { Prng } from '../../src/base/prng.js';
import type { Operation, OperationKind } from '../../src/check/index.js';
import { simulate } from './brute-force.js';

export interface HistorySettings {
  readonly operations: number;
  readonly processes: number;
  readonly unknownChance: number;
  readonly kinds: readonly OperationKind[];
}

interface PlannedEffect {
  readonly operation: Operation;
  /** The time at which it takes effect; infinite if it never does. */
  readonly atNs: number;
}

/**
 * Draws a history that has an order, since each operation takes effect at a drawn instant between
 * its start and its end; an unknown one at any time after its start, or never.
 */
export function drawHistory(prng: Prng, settings: HistorySettings): Operation[] {
  const planned = Array.from({ length: settings.operations }, () => plan(prng, settings));
  planned.sort((a, b) => a.atNs - b.atNs);
  let state: string | null = null;
  return planned.map(({ operation, atNs }) => {
    if (operation.ok === false || atNs === Number.POSITIVE_INFINITY) return operation;
    const [after, result] = simulate(operation, state);
    state = after;
    return operation.ok === true ? { ...operation, result } : operation;
  });
}

function plan(prng: Prng, settings: HistorySettings): PlannedEffect {
  const { operations, processes, unknownChance, kinds } = settings;
  const startNs = prng.below((10 * operations) / processes);
  const endNs = startNs + prng.below(20);
  const op = prng.pick(kinds);
  const isNotAnswered = prng.chance(unknownChance);
  const ok = isNotAnswered ? prng.pick([null, null, false]) : true;
  const happens = ok === true || prng.chance(0.6);
  const delayMaxNs = ok === null ? prng.below(10 * operations) : endNs - startNs;
  const writes = op === 'set' || op === 'cas' || op === 'append';
  const operation: Operation = {
    process: 0,
    op,
    key: 'k',
    value: writes ? drawValue(prng) : null,
    expected: op === 'cas' ? prng.pick([null, drawValue(prng)]) : null,
    ok,
    result: null,
    startNs,
    endNs,
  };
  return {
    operation,
    atNs: happens ? startNs + prng.next() * delayMaxNs : Number.POSITIVE_INFINITY,
  };
}

/**
 * Draws from few values, so that operations are easily mistaken for one another; some are numbers.
 */
function drawValue(prng: Prng): string {
  return prng.pick(['1', '2', 'a', 'b']);
}

/** Replaces one answer by that of another operation of the same kind, or by an invented one. */
export function mutate(prng: Prng, history: readonly Operation[]): Operation[] {
  const answered = history.filter(({ ok }) => ok === true);
  if (answered.length === 0) return [...history];
  const chosen = prng.pick(answered);
  const alike = answered.filter(({ op }) => op === chosen.op).map(({ result }) => result);
  const result = prng.pick([...alike, '1', '2', null]);
  return history.map((operation) => (operation === chosen ? { ...operation, result } : operation));
}
