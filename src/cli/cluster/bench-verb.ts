import { type Command, Option } from 'commander';
import { type BenchFlags, bench } from './bench.js';
import { readBetween, readWhole } from './option-values.js';
import { addVerb, globalOptionsOf } from './verb.js';

const secondsMin = 0.1;
const secondsMax = 60;
/** A leader can be killed, and the others go on. */
const nodesMin = 3;
const nodesMax = 9;

/** Measures a cluster. */
export function addBenchVerb(program: Command): void {
  addVerb(program, 'bench', 'measures throughput, latency, failover and memory', [
    'bench',
    'bench --seconds 10 --transport tcp',
    'bench --json > figures.json',
  ])
    .option('--seconds <count>', 'for each of 16 loads', readBetween(secondsMin, secondsMax), 3)
    .option('-n, --nodes <count>', 'of its own cluster, 3 to 9', readWhole(nodesMin, nodesMax), 3)
    .addOption(
      new Option('--transport <kind>', 'how its nodes talk')
        .choices(['message-port', 'tcp'])
        .default('message-port'),
    )
    .action(async (flags: BenchFlags, command: Command) => {
      process.exitCode = await bench(flags, globalOptionsOf(command));
    });
}
