import type { Command } from 'commander';
import { addTargetVerbs, addVerb, carryOut, globalOptionsOf, type TargetVerb } from './verb.js';

const memberVerbs: readonly TargetVerb[] = [
  {
    type: 'promote',
    summary: 'makes a learner that has caught up a voter',
    targets: 'a learner',
    examples: ['promote n4'],
  },
  {
    type: 'remove',
    summary: 'takes a node out of the cluster, through Raft; `add` brings it back with its data',
    targets: 'a node or `leader`',
    examples: ['remove n4', 'remove leader'],
  },
  {
    type: 'transfer',
    summary: 'hands leadership over to a node, with TimeoutNow',
    targets: 'a voter',
    examples: ['transfer n2'],
  },
  {
    type: 'snapshot',
    summary: 'writes a snapshot of all keys, and cuts the log behind it',
    targets: 'a node, `leader` or `all`',
    examples: ['snapshot n2', 'snapshot all'],
  },
];

/** What is wanted of Raft itself. */
export function addMemberVerbs(program: Command): void {
  addVerb(program, 'add', 'starts a new node, which joins the cluster through Raft', [
    'add',
    'add --learner',
  ])
    .option('--learner', 'it receives the log, but has no vote until it is promoted', false)
    .action(({ learner }: { learner: boolean }, command: Command) =>
      carryOut({ type: 'add', learner }, globalOptionsOf(command)),
    );
  addTargetVerbs(program, memberVerbs);
}
