/** The options and the help of `bench`; bench.ts carries it out. */

import { type Command, Option } from 'commander';
import { type BenchFlags, bench } from './bench.js';
import { readBetween, readWhole } from './option-values.js';
import { addVerb, globalOptionsOf } from './verb.js';

const secondsMin = 0.1;
const secondsMax = 60;
/** The smallest cluster that keeps working when the benchmark kills its leader. */
const nodesMin = 3;
const nodesMax = 9;

export function addBenchVerb(program: Command): void {
  addVerb(program, 'bench', 'measures throughput, latency, failover time and memory', [
    'bench',
    'bench --seconds 10 --transport tcp',
    'bench --json > figures.json',
  ])
    .option(
      '--seconds <count>',
      'how long each of the 16 loads lasts',
      readBetween(secondsMin, secondsMax),
      3,
    )
    .option(
      '-n, --nodes <count>',
      'size of its own cluster, 3 to 9',
      readWhole(nodesMin, nodesMax),
      3,
    )
    .addOption(
      new Option('--transport <kind>', 'transport between its nodes')
        .choices(['message-port', 'tcp'])
        .default('message-port'),
    )
    .action(async (flags: BenchFlags, command: Command) => {
      process.exitCode = await bench(flags, globalOptionsOf(command));
    });
}
