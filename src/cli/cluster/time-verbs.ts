import type { Command } from 'commander';
import { checkTimeIntent, type TimeIntent } from '../../control/index.js';
import { readNumber } from './option-values.js';
import { addVerb, carryOut, globalOptionsOf } from './verb.js';

/** What is done to the time of the whole cluster. */
export function addTimeVerbs(program: Command): void {
  addVerb(program, 'speed', 'how fast time passes for all nodes: 1 is real, 0 stands still', [
    'speed 0.1',
    'speed 0',
    'speed 1',
  ])
    .argument('<factor>', '0, or from 0.01 to 1', readNumber)
    .addHelpText('after', aboutSpeed)
    .action((factor: number, _flags, command: Command) =>
      changeTime({ type: 'speed', factor }, command),
    );
  addVerb(program, 'step', 'while time stands still: the next held message or timer happens', [
    'step',
    'step 10',
  ])
    .argument('[count]', 'so many, one after the other', readNumber, 1)
    .addHelpText('after', aboutStep)
    .action((count: number, _flags, command: Command) =>
      changeTime({ type: 'step', count }, command),
    );
  addVerb(program, 'align', 'splits a vote: all election timers run out at one instant', ['align'])
    .addHelpText('after', aboutAlign)
    .action((_flags, command: Command) => changeTime({ type: 'align' }, command));
}

const aboutSpeed = `
Election timers, heartbeats, delays of links and time-outs of requests all follow. At 0 no timer runs
out and messages wait at the node that they are for; clients and disks are served as ever.`;

const aboutStep = `
Messages go first, in the order in which they came. Where none waits, time goes on to the next timer
of any node, and that one runs out.`;

const aboutAlign = `
Where a leader lives they do so once it is killed, paused or isolated; or else now.`;

/** Wrong usage is told as such, whether the cluster runs or not. */
async function changeTime(intent: TimeIntent, command: Command): Promise<void> {
  checkTimeIntent(intent);
  await carryOut(intent, globalOptionsOf(command));
}
