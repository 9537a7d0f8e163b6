import { type Command, InvalidArgumentError, Option } from 'commander';
import { LetoError } from '../../base/index.js';
import { defaultFaults, type FaultName, faultNames } from '../../check/index.js';
import { type CheckFlags, check, seedMax } from './check.js';
import { readWhole } from './option-values.js';
import { addVerb, globalOptionsOf } from './verb.js';

/** Breaks a cluster, and judges it. */
export function addCheckVerb(program: Command): void {
  const verb = addVerb(program, 'check', 'breaks a cluster under load and judges its answers', [
    'check',
    'check --seconds 60 --faults kill,partition --seed 7',
    'check --reads local --probe --history history.jsonl',
    'check --attach --name demo --faults none',
  ]);
  addCheckOptions(verb).action(async (flags: CheckFlags, command: Command) => {
    checkAttachFlags(flags);
    process.exitCode = await check(flags, globalOptionsOf(command));
  });
}

function addCheckOptions(command: Command): Command {
  return command
    .option('--seconds <count>', 'how long the load lasts', readWhole(1, 3600), 30)
    .option('--clients <count>', 'clients, each with one operation at a time', readWhole(1, 100), 8)
    .option('--keys <count>', 'keys in use at a time', readWhole(1, 100), 5)
    .option('--faults <list>', `of ${faultNames.join(',')}; or none`, readFaults, defaultFaults)
    .option('--seed <number>', 'of load and faults (default: drawn)', readWhole(0, seedMax))
    .option('--history <file>', 'writes one JSON object an operation')
    .option('--probe', 'reads each acknowledged write at once through another node')
    .option('--attach', 'on the running cluster of --name, not on one of its own')
    .option('-n, --nodes <count>', '1 to 9 nodes of its own (default: 3)', readWhole(1, 9))
    .addOption(
      new Option('--transport <kind>', 'how its nodes talk (default: message-port)').choices([
        'message-port',
        'tcp',
      ]),
    )
    .addOption(
      new Option('--reads <mode>', 'how its reads are kept fresh (default: linearizable)').choices([
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

/** @throws {LetoError} LETO_BAD_OPTION where they are about a cluster that is there already */
function checkAttachFlags({ attach, nodes, transport, reads }: CheckFlags): void {
  if (!attach) return;
  const given = Object.entries({ nodes, transport, reads }).find(
    ([, value]) => value !== undefined,
  );
  if (!given) return;
  const message = `--${given[0]} is for a cluster of its own; leave it out, or leave out --attach`;
  throw new LetoError('LETO_BAD_OPTION', message);
}
