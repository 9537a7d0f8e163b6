/** The verbs `speed`, `step` and `align`, which act on the time of the whole cluster. */

import type { Command } from 'commander';
import { checkTimeIntent, type TimeIntent } from '../../control/index.js';
import { readNumber } from './option-values.js';
import { addVerb, carryOut, globalOptionsOf } from './verb.js';

export function addTimeVerbs(program: Command): void {
  addVerb(program, 'speed', 'sets the speed of time for all nodes: 1 is real time, 0 stops time', [
    'speed 0.1',
    'speed 0',
    'speed 1',
  ])
    .argument('<factor>', '0, or from 0.01 to 1', readNumber)
    .addHelpText('after', aboutSpeed)
    .action((factor: number, _flags, command: Command) =>
      changeTime({ type: 'speed', factor }, command),
    );
  addVerb(program, 'step', 'while time is stopped: runs the next held message or timer', [
    'step',
    'step 10',
  ])
    .argument('[count]', 'how many, one after the other', readNumber, 1)
    .addHelpText('after', aboutStep)
    .action((count: number, _flags, command: Command) =>
      changeTime({ type: 'step', count }, command),
    );
  addVerb(program, 'align', 'splits a vote: all election timers expire at the same instant', [
    'align',
  ])
    .addHelpText('after', aboutAlign)
    .action((_flags, command: Command) => changeTime({ type: 'align' }, command));
}

const aboutSpeed = `
Election timers, heartbeats, link delays and request timeouts all follow. At 0 no timer expires and
messages wait at their destination; clients and disks are not affected.`;

const aboutStep = `
Messages go first, in the order in which they arrived. When none is held, time advances to the next
timer of any node, and that timer expires.`;

const aboutAlign = `
While there is a leader, they expire once it is killed, paused or isolated; otherwise at once.`;

/** Checks the intent first, so that wrong usage is reported even when no cluster runs. */
async function changeTime(intent: TimeIntent, command: Command): Promise<void> {
  checkTimeIntent(intent);
  await carryOut(intent, globalOptionsOf(command));
}
