import { type Command, InvalidArgumentError } from 'commander';
import { checkDiskIntent, type DiskFault, type DiskIntent } from '../../control/index.js';
import { readNumber } from './option-values.js';
import { addVerb, carryOut, globalOptionsOf } from './verb.js';

/** What is done to the disk of a node. */
export function addDiskVerb(program: Command): void {
  addVerb(program, 'disk', "breaks a node's disk, or mends it", [
    'disk n2 slow 100',
    'disk n2 full',
    'disk n2 failing',
    'disk n2 lying',
    'disk n2 ok',
  ])
    .argument('<node>', 'a node')
    .argument('<fault>', 'ok, slow, full, failing or lying: see below', readFault)
    .argument('[ms]', 'with slow: how much longer each write takes', readNumber)
    .addHelpText('after', explanation)
    .action(
      (target: string, type: FaultType, delayMs: number | undefined, _flags, command: Command) =>
        breakDisk({ type: 'disk', target, fault: toFault(type, delayMs, command) }, command),
    );
}

const explanation = `
A disk that is full or failing crashes its node at the next write: mend it, then restart the node.
A lying disk says that a write is synced, and loses it at the next kill: to show what fsync is for.`;

type FaultType = DiskFault['type'];

const faultTypes: readonly FaultType[] = ['ok', 'slow', 'full', 'failing', 'lying'];

function readFault(text: string): FaultType {
  const type = faultTypes.find((known) => known === text);
  if (type) return type;
  throw new InvalidArgumentError(`It must be one of ${faultTypes.join(', ')}.`);
}

function toFault(type: FaultType, delayMs: number | undefined, command: Command): DiskFault {
  if (type !== 'slow') {
    if (delayMs !== undefined) command.error(`error: ${type} takes no milliseconds; slow does`);
    return { type };
  }
  if (delayMs === undefined) return command.error('error: slow takes milliseconds, as in slow 100');
  return { type, delayMs };
}

/** Wrong usage is told as such, whether the cluster runs or not. */
async function breakDisk(intent: DiskIntent, command: Command): Promise<void> {
  checkDiskIntent(intent);
  await carryOut(intent, globalOptionsOf(command));
}
