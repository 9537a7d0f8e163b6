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

/** What is done to the links between nodes. */
export function addLinkVerbs(program: Command): void {
  addCut(program);
  addPartition(program);
  addVerb(program, 'isolate', 'cuts a node from all others', ['isolate leader', 'isolate n3'])
    .argument('<node>', 'a node or `leader`')
    .action((target: string, _flags, command: Command) =>
      breakLinks({ type: 'isolate', target }, command),
    );
  addHeal(program);
  addLink(program);
}

function addCut(program: Command): void {
  addVerb(program, 'cut', 'cuts the link between two nodes: silence, no closed connection', [
    'cut n1 n2',
    'cut n1 n2 --one-way',
  ])
    .argument('<a>', 'a node')
    .argument('<b>', 'another node')
    .option('--one-way', 'only what the first sends to the second is lost')
    .action((from: string, to: string, flags: LinkFlags, command: Command) =>
      breakLinks({ type: 'cut', from, to, oneWay: flags.oneWay ?? false }, command),
    );
}

function addPartition(program: Command): void {
  addVerb(program, 'partition', 'cuts all links between groups, and makes whole those inside', [
    'partition n1,n2 n3,n4,n5',
    'partition n1',
  ])
    .argument('<groups...>', 'nodes with commas between; those in no group are one more group')
    .action((groups: readonly string[], _flags, command: Command) =>
      breakLinks({ type: 'partition', groups: groups.map((group) => group.split(',')) }, command),
    );
}

function addHeal(program: Command): void {
  addVerb(program, 'heal', 'makes all links whole and fast again, or one', ['heal', 'heal n1 n2'])
    .argument('[a]', 'a node')
    .argument('[b]', 'another node: only the link between the two')
    .action((from: string | undefined, to: string | undefined, _flags, command: Command) => {
      if (from === undefined) return breakLinks({ type: 'heal' }, command);
      return breakLinks({ type: 'heal', between: [from, to ?? from] }, command);
    });
}

function addLink(program: Command): void {
  addVerb(program, 'link', 'makes a link lossy or slow; without an option it is neither', [
    'link n1 n2 --drop 0.3',
    'link n1 n2 --delay 100 --jitter 20',
    'link n1 n2 --delay 1000 --one-way',
  ])
    .argument('<a>', 'a node')
    .argument('<b>', 'another node')
    .option('--drop <share>', 'the share of the messages that are lost, 0 to 1', readNumber, 0)
    .option('--delay <ms>', 'each message takes so long', readNumber, 0)
    .option('--jitter <ms>', 'and up to so much longer: one may overtake another', readNumber, 0)
    .option('--one-way', 'only what the first sends to the second')
    .action((from: string, to: string, flags: LinkFlags, command: Command) => {
      const { oneWay = false, drop, delay: delayMs, jitter: jitterMs } = flags;
      return breakLinks({ type: 'link', from, to, oneWay, drop, delayMs, jitterMs }, command);
    });
}

/** Wrong usage is told as such, whether the cluster runs or not. */
async function breakLinks(intent: LinkIntent, command: Command): Promise<void> {
  checkLinkIntent(intent);
  await carryOut(intent, globalOptionsOf(command));
}
