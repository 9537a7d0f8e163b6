import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { noTotals, type Totals } from './parallel.js';

/** How far a long run has come. */
export interface RunState {
  readonly firstSeed: number;
  readonly steps: number;
  readonly nextSeed: number;
  readonly totals: Totals;
  /** Of all its parts together. */
  readonly elapsedMs: number;
}

/** What the file says of a run of these seeds, or where such a run begins. */
export function loadState(file: string | undefined, firstSeed: number, steps: number): RunState {
  const begin = { firstSeed, steps, nextSeed: firstSeed, totals: noTotals, elapsedMs: 0 };
  if (file === undefined || !existsSync(file)) return begin;
  const state: RunState = JSON.parse(readFileSync(file, 'utf8'));
  return state.firstSeed === firstSeed && state.steps === steps ? state : begin;
}

/** At once or not at all, so that an end in the midst of it spoils nothing. */
export function saveState(file: string, state: RunState): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(state)}\n`);
  renameSync(`${file}.new`, file);
}
