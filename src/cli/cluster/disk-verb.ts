/** The verb `disk`. */

import { type Command, InvalidArgumentError } from 'commander';
import { checkDiskIntent, type DiskFault, type DiskIntent } from '../../control/index.js';
import { readNumber } from './option-values.js';
import { addVerb, carryOut, globalOptionsOf } from './verb.js';

export function addDiskVerb(program: Command): void {
  addVerb(program, 'disk', "breaks or repairs a node's disk", [
    'disk n2 slow 100',
    'disk n2 full',
    'disk n2 failing',
    'disk n2 lying',
    'disk n2 ok',
  ])
    .argument('<node>', 'a node')
    .argument('<fault>', 'ok, slow, full, failing or lying: see below', readFault)
    .argument('[ms]', 'with slow: how many milliseconds longer each write takes', readNumber)
    .addHelpText('after', explanation)
    .action(
      (target: string, type: FaultType, delayMs: number | undefined, _flags, command: Command) =>
        breakDisk({ type: 'disk', target, fault: toFault(type, delayMs, command) }, command),
    );
}

const explanation = `
A full or failing disk crashes its node at the next write: repair the disk, then restart the node.
A lying disk reports writes as synced and loses them at the next kill, to show what fsync is for.`;

type FaultType = DiskFault['type'];

const faultTypes: readonly FaultType[] = ['ok', 'slow', 'full', 'failing', 'lying'];

function readFault(text: string): FaultType {
  const type = faultTypes.find((known) => known === text);
  if (type) return type;
  throw new InvalidArgumentError(`It must be one of ${faultTypes.join(', ')}.`);
}

function toFault(type: FaultType, delayMs: number | undefined, command: Command): DiskFault {
  if (type !== 'slow') {
    if (delayMs !== undefined)
      command.error(`error: ${type} takes no milliseconds; only slow does`);
    return { type };
  }
  if (delayMs === undefined) return command.error('error: slow takes milliseconds, as in slow 100');
  return { type, delayMs };
}

/** Checks the intent first, so that wrong usage is reported even when no cluster runs. */
async function breakDisk(intent: DiskIntent, command: Command): Promise<void> {
  checkDiskIntent(intent);
  await carryOut(intent, globalOptionsOf(command));
}
