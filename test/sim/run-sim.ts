import { parseArgs } from 'node:util';
import { type SimulationResult, simulate } from './simulation.js';
import { Trace } from './trace.js';

const traceLinesMax = 60;
const progressMs = 10_000;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    steps: { type: 'string', default: '1000' },
    verbose: { type: 'boolean', default: false },
  },
});

process.exitCode = runAll(
  wholeNumber('seed', values.seed),
  wholeNumber('seeds', values.seeds),
  wholeNumber('steps', values.steps),
);

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  print(`--${option} ${text} is no whole number`);
  process.exit(2);
}

/** Runs seeds from `first` on, to the first that fails. */
function runAll(first: number, count: number, steps: number): number {
  const startMs = performance.now();
  const totals = { seeds: 0, steps: 0, counted: 0 };
  const sums: Record<string, number> = {};
  let reportedMs = startMs;
  for (let seed = first; seed < first + count; seed += 1) {
    const result = simulate({ seed, steps });
    totals.seeds += 1;
    totals.steps += result.steps;
    if (result.counts) totals.counted += 1;
    for (const [name, value] of Object.entries(result.statistics))
      sums[name] = (sums[name] ?? 0) + value;
    if (values.verbose) print(resultText(result));
    if (result.failure) {
      reportFailure(result, steps);
      return 1;
    }
    if (performance.now() - reportedMs < progressMs) continue;
    reportedMs = performance.now();
    print(`seed ${seed}: ${totalsText(totals, reportedMs - startMs)}`);
  }
  print(`clean: seeds ${first} to ${first + count - 1}`);
  print(totalsText(totals, performance.now() - startMs));
  print(JSON.stringify(sums));
  return 0;
}

function totalsText(
  { seeds, steps, counted }: { seeds: number; steps: number; counted: number },
  elapsedMs: number,
): string {
  const seconds = elapsedMs / 1000;
  const rates = `${(seeds / seconds).toFixed(0)} seeds/s, ${(steps / seconds).toFixed(0)} steps/s`;
  return `${seeds} seeds, ${counted} counted, ${steps} steps in ${seconds.toFixed(1)} s (${rates})`;
}

function resultText({ seed, steps, counts, statistics, hash }: SimulationResult): string {
  const numbers = Object.entries(statistics).map(([name, value]) => `${name} ${value}`);
  const verdict = counts ? '' : ', not counted';
  return `seed ${seed}: steps ${steps} ${numbers.join(' ')} hash ${hash >>> 0}${verdict}`;
}

/** The run is the same the second time, so its trace need not be kept the first time. */
function reportFailure({ seed, failure }: SimulationResult, steps: number): void {
  const trace = new Trace(values.verbose ? Number.MAX_SAFE_INTEGER : traceLinesMax);
  simulate({ seed, steps, trace });
  print(trace.lines.join('\n'));
  print(`settings ${JSON.stringify(failure?.settings)}`);
  print(`FAILED ${failure?.invariant}: ${failure?.message}`);
  const stepsText = steps === 1000 ? '' : ` --steps ${steps}`;
  print(`replay: npm run sim -- --seeds 1 --seed ${seed}${stepsText}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
