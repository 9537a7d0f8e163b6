/** The options and the help of `stress`; stress.ts carries it out. */

import { type Command, Option } from 'commander';
import { readWhole } from './option-values.js';
import { type StressFlags, stress } from './stress.js';
import { addVerb, globalOptionsOf } from './verb.js';

const entriesMax = 1_000_000;
const clientsMax = 1000;
const batchMax = 10_000;
/** Three nodes can lose one. Nine is the largest cluster, and a replacement must fit in. */
const nodesMin = 3;
const nodesMax = 8;

export function addStressVerb(program: Command): void {
  const verb = addVerb(
    program,
    'stress',
    'inserts entries, then compares the logs and states of all nodes',
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
    .option('--entries <count>', 'number of entries to insert', whole(1, entriesMax), 100_000)
    .option(
      '--clients <count>',
      'number of clients, each with one batch at a time',
      whole(1, clientsMax),
      16,
    )
    .option('--batch <count>', 'entries per pipeline', whole(1, batchMax), 128)
    .option('-n, --nodes <count>', 'size of its own cluster, 3 to 8', whole(nodesMin, nodesMax), 3)
    .addOption(
      new Option('--transport <kind>', 'transport between its nodes')
        .choices(['message-port', 'tcp'])
        .default('message-port'),
    )
    .option(
      '--data-dir <folder>',
      'an empty folder, kept at the end (default: a temporary folder)',
    );
}

const explanation = `
The nodes are compared after the inserts, after a restart of all nodes, and after a new node has
replaced one that lost its disk. Everything must be committed, the logs must be equal and in order,
and every key must be on every node. The exit code is 1 when anything differs.`;
