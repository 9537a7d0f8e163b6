/**
 * The command `npm run sim`: runs seeds up to the first that fails. README.md lists its options.
 */

import { parseArgs } from 'node:util';
import { type BatchResult, simulateAll, sumOf, type Totals } from './parallel.js';
import { loadState, type RunState, saveState } from './run-state.js';
import { simulate } from './simulation.js';
import { Trace } from './trace.js';

const traceLinesMax = 60;
const batchSeeds = 20;
const saveMs = 1000;
/** The time between progress reports: rare unless a terminal can overwrite the line. */
const progressMs = process.stdout.isTTY ? 200 : 10_000;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    steps: { type: 'string', default: '1000' },
    resume: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

process.exitCode = await runAll(
  wholeNumber('seed', values.seed),
  wholeNumber('seeds', values.seeds),
  wholeNumber('steps', values.steps),
);

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  print(`--${option} must be a whole number, not ${text}`);
  process.exit(2);
}

/** Runs seeds from `first` up to the first that fails. Returns the exit code. */
async function runAll(first: number, count: number, steps: number): Promise<number> {
  const begin = loadState(values.resume, first, steps);
  const end = first + count;
  if (begin.nextSeed > first) print(`resuming at seed ${begin.nextSeed}`);
  let state = begin;
  const startMs = performance.now();
  const dues = { report: startMs + progressMs, save: startMs + saveMs };
  const range = {
    first: begin.nextSeed,
    count: Math.max(end - begin.nextSeed, 0),
    steps,
    batchSeeds: values.verbose ? 1 : batchSeeds,
  };
  const failedSeed = await simulateAll(range, (batch) => {
    const nowMs = performance.now();
    state = stateAfter(state, batch, begin.elapsedMs + nowMs - startMs);
    if (values.verbose) print(batch.lines.join('\n'));
    if (nowMs >= dues.report) {
      dues.report = nowMs + progressMs;
      report(state);
    }
    if (nowMs < dues.save || batch.failedSeed !== null) return;
    dues.save = nowMs + saveMs;
    if (values.resume) saveState(values.resume, state);
  });
  if (failedSeed !== null) {
    reportFailure(failedSeed, steps);
    return 1;
  }
  if (values.resume) saveState(values.resume, state);
  print(`${lineStart()}no failures in seeds ${first} to ${end - 1}`);
  print(totalsText(state));
  print(statisticsText(state.totals));
  return 0;
}

function stateAfter(state: RunState, { totals }: BatchResult, elapsedMs: number): RunState {
  const nextSeed = state.nextSeed + totals.seeds;
  return { ...state, nextSeed, totals: sumOf(state.totals, totals), elapsedMs };
}

function report(state: RunState): void {
  const text = `seed ${state.nextSeed - 1}: ${totalsText(state)}`;
  if (process.stdout.isTTY) process.stdout.write(`${lineStart()}${text}`);
  else print(text);
}

/** Returns the codes that clear the line of a terminal. */
function lineStart(): string {
  return process.stdout.isTTY ? '\r\u001b[K' : '';
}

function totalsText({ totals: { seeds, steps, counted }, elapsedMs }: RunState): string {
  const seconds = elapsedMs / 1000;
  const rates = `${(seeds / seconds).toFixed(0)} seeds/s, ${(steps / seconds).toFixed(0)} steps/s`;
  return `${seeds} seeds, ${counted} counted, ${steps} steps in ${seconds.toFixed(1)} s (${rates})`;
}

function statisticsText({ seeds, statistics }: Totals): string {
  const means = Object.entries(statistics).map(
    ([name, value]) => `${name} ${(value / Math.max(seeds, 1)).toFixed(1)}`,
  );
  return `on average: ${means.join(', ')}`;
}

/** Repeats the run with a trace. A run is deterministic, so the first one need not keep a trace. */
function reportFailure(seed: number, steps: number): void {
  const trace = new Trace(values.verbose ? Number.MAX_SAFE_INTEGER : traceLinesMax);
  const { failure } = simulate({ seed, steps, trace });
  print(lineStart() + trace.lines.join('\n'));
  print(`settings ${JSON.stringify(failure?.settings)}`);
  print(`FAILED ${failure?.invariant}: ${failure?.message}`);
  const stepsText = steps === 1000 ? '' : ` --steps ${steps}`;
  print(`replay: npm run sim -- --seeds 1 --seed ${seed}${stepsText}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
