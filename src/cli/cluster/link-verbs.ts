/** The verbs `cut`, `partition`, `isolate`, `heal` and `link`. */

import type { Command } from 'commander';
import { checkLinkIntent, type LinkIntent } from '../../control/index.js';
import { readNumber } from './option-values.js';
import { addVerb, carryOut, globalOptionsOf } from './verb.js';

interface LinkFlags {
  readonly oneWay?: boolean;
  readonly drop: number;
  readonly delay: number;
  readonly jitter: number;
}

export function addLinkVerbs(program: Command): void {
  addCut(program);
  addPartition(program);
  addVerb(program, 'isolate', 'cuts all links of a node', ['isolate leader', 'isolate n3'])
    .argument('<node>', 'a node or `leader`')
    .action((target: string, _flags, command: Command) =>
      breakLinks({ type: 'isolate', target }, command),
    );
  addHeal(program);
  addLink(program);
}

function addCut(program: Command): void {
  addVerb(
    program,
    'cut',
    'cuts the link between two nodes: messages are lost, connections stay open',
    ['cut n1 n2', 'cut n1 n2 --one-way'],
  )
    .argument('<a>', 'a node')
    .argument('<b>', 'another node')
    .option('--one-way', 'lose only what <a> sends to <b>')
    .action((from: string, to: string, flags: LinkFlags, command: Command) =>
      breakLinks({ type: 'cut', from, to, oneWay: flags.oneWay ?? false }, command),
    );
}

function addPartition(program: Command): void {
  addVerb(
    program,
    'partition',
    'splits the nodes into groups: cuts the links between groups, heals those within',
    ['partition n1,n2 n3,n4,n5', 'partition n1'],
  )
    .argument('<groups...>', 'nodes separated by commas; unlisted nodes form one more group')
    .action((groups: readonly string[], _flags, command: Command) =>
      breakLinks({ type: 'partition', groups: groups.map((group) => group.split(',')) }, command),
    );
}

function addHeal(program: Command): void {
  addVerb(program, 'heal', 'clears the faults of all links, or of one', ['heal', 'heal n1 n2'])
    .argument('[a]', 'a node')
    .argument('[b]', 'another node: heal only the link between the two')
    .action((from: string | undefined, to: string | undefined, _flags, command: Command) => {
      if (from === undefined) return breakLinks({ type: 'heal' }, command);
      return breakLinks({ type: 'heal', between: [from, to ?? from] }, command);
    });
}

function addLink(program: Command): void {
  addVerb(program, 'link', 'makes a link lossy or slow; without options, clears both', [
    'link n1 n2 --drop 0.3',
    'link n1 n2 --delay 100 --jitter 20',
    'link n1 n2 --delay 1000 --one-way',
  ])
    .argument('<a>', 'a node')
    .argument('<b>', 'another node')
    .option('--drop <share>', 'the share of the messages that are lost, 0 to 1', readNumber, 0)
    .option('--delay <ms>', 'how long each message takes', readNumber, 0)
    .option(
      '--jitter <ms>',
      'random extra delay of up to this; messages may overtake each other',
      readNumber,
      0,
    )
    .option('--one-way', 'change only the direction from <a> to <b>')
    .action((from: string, to: string, flags: LinkFlags, command: Command) => {
      const { oneWay = false, drop, delay: delayMs, jitter: jitterMs } = flags;
      return breakLinks({ type: 'link', from, to, oneWay, drop, delayMs, jitterMs }, command);
    });
}

/** Checks the intent first, so that wrong usage is reported even when no cluster runs. */
async function breakLinks(intent: LinkIntent, command: Command): Promise<void> {
  checkLinkIntent(intent);
  await carryOut(intent, globalOptionsOf(command));
}
