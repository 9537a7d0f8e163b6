import { type Command, Option } from 'commander';
import { readWhole } from './option-values.js';
import { type StressFlags, stress } from './stress.js';
import { addVerb, globalOptionsOf } from './verb.js';

const entriesMax = 1_000_000;
const clientsMax = 1000;
const batchMax = 10_000;
/** One of three can be lost; of nine none, since a tenth would have to take its place. */
const nodesMin = 3;
const nodesMax = 8;

/** Fills a cluster, and compares its nodes. */
export function addStressVerb(program: Command): void {
  const verb = addVerb(
    program,
    'stress',
    'inserts entries, and compares logs and states of all nodes',
    ['stress', 'stress --entries 1000000 --clients 16 --batch 512', 'stress -n 5 --transport tcp'],
  );
  addStressOptions(verb)
    .addHelpText('after', explanation)
    .action(async (flags: StressFlags, command: Command) => {
      process.exitCode = await stress(flags, globalOptionsOf(command));
    });
}

function addStressOptions(command: Command): Command {
  const whole = readWhole;
  return command
    .option('--entries <count>', 'how many are inserted', whole(1, entriesMax), 100_000)
    .option('--clients <count>', 'each with one batch at a time', whole(1, clientsMax), 16)
    .option('--batch <count>', 'entries in one pipeline', whole(1, batchMax), 128)
    .option('-n, --nodes <count>', 'of its own cluster, 3 to 8', whole(nodesMin, nodesMax), 3)
    .addOption(
      new Option('--transport <kind>', 'how its nodes talk')
        .choices(['message-port', 'tcp'])
        .default('message-port'),
    )
    .option('--data-dir <folder>', 'an empty one, which is kept (default: a temporary folder)');
}

const explanation = `
It compares after the inserts, after a restart of all nodes, and after a node has lost its disk and a
new one has taken its place: is all committed, are the logs equal and in order, is every key on every
node? The exit code is 1 where anything differs.`;
