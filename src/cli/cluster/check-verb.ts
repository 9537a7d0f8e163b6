/** The options and the help of `check`; check.ts carries it out. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { LetoError } from '../../base/index.js';
import { defaultFaults, type FaultName, faultNames } from '../../check/index.js';
import { type CheckFlags, check, seedMax } from './check.js';
import { readWhole } from './option-values.js';
import { addVerb, globalOptionsOf } from './verb.js';

export function addCheckVerb(program: Command): void {
  const verb = addVerb(
    program,
    'check',
    'breaks a cluster under load and checks that its answers are linearizable',
    [
      'check',
      'check --seconds 60 --faults kill,partition --seed 7',
      'check --reads local --probe --history history.jsonl',
      'check --attach --name demo --faults none',
    ],
  );
  addCheckOptions(verb).action(async (flags: CheckFlags, command: Command) => {
    checkAttachFlags(flags);
    process.exitCode = await check(flags, globalOptionsOf(command));
  });
}

function addCheckOptions(command: Command): Command {
  return command
    .option('--seconds <count>', 'how long the load lasts', readWhole(1, 3600), 30)
    .option(
      '--clients <count>',
      'number of clients, each with one operation at a time',
      readWhole(1, 100),
      8,
    )
    .option('--keys <count>', 'number of keys in use at a time', readWhole(1, 100), 5)
    .option(
      '--faults <list>',
      `some of ${faultNames.join(',')}; or none`,
      readFaults,
      defaultFaults,
    )
    .option(
      '--seed <number>',
      'seed of the load and the faults (default: random)',
      readWhole(0, seedMax),
    )
    .option('--history <file>', 'write one JSON object per operation to this file')
    .option('--probe', 'read each acknowledged write back at once through another node')
    .option('--attach', 'check the running cluster of --name instead of starting one')
    .option('-n, --nodes <count>', 'size of its own cluster, 1 to 9 (default: 3)', readWhole(1, 9))
    .addOption(
      new Option(
        '--transport <kind>',
        'transport between its nodes (default: message-port)',
      ).choices(['message-port', 'tcp']),
    )
    .addOption(
      new Option('--reads <mode>', 'consistency of its reads (default: linearizable)').choices([
        'linearizable',
        'lease',
        'local',
      ]),
    );
}

function readFaults(text: string): readonly FaultName[] {
  if (text === 'none') return [];
  return text.split(',').map((name) => {
    const known = faultNames.find((fault) => fault === name);
    if (known !== undefined) return known;
    throw new InvalidArgumentError(`It must be none, or some of ${faultNames.join(',')}.`);
  });
}

/** @throws {LetoError} LETO_BAD_OPTION when --attach comes with options of a new cluster */
function checkAttachFlags({ attach, nodes, transport, reads }: CheckFlags): void {
  if (!attach) return;
  const given = Object.entries({ nodes, transport, reads }).find(
    ([, value]) => value !== undefined,
  );
  if (!given) return;
  const message = `--${given[0]} does not go with --attach; leave one of them out`;
  throw new LetoError('LETO_BAD_OPTION', message);
}
