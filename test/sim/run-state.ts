/** The progress file of `npm run sim -- --resume`. */

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { noTotals, type Totals } from './parallel.js';

/** The progress of a long run. */
export interface RunState {
  readonly firstSeed: number;
  readonly steps: number;
  readonly nextSeed: number;
  readonly totals: Totals;
  /** The sum over all invocations. */
  readonly elapsedMs: number;
}

/** Loads the progress of a run of these seeds. Returns a new run when the file has none. */
export function loadState(file: string | undefined, firstSeed: number, steps: number): RunState {
  const begin = { firstSeed, steps, nextSeed: firstSeed, totals: noTotals, elapsedMs: 0 };
  if (file === undefined || !existsSync(file)) return begin;
  const state: RunState = JSON.parse(readFileSync(file, 'utf8'));
  return state.firstSeed === firstSeed && state.steps === steps ? state : begin;
}

/** Replaces the file atomically, so that an interrupted save does not damage it. */
export function saveState(file: string, state: RunState): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(state)}\n`);
  renameSync(`${file}.new`, file);
}
