/** The verbs `add`, `promote`, `remove`, `transfer` and `snapshot`. */

import type { Command } from 'commander';
import { addTargetVerbs, addVerb, carryOut, globalOptionsOf, type TargetVerb } from './verb.js';

const memberVerbs: readonly TargetVerb[] = [
  {
    type: 'promote',
    summary: 'turns a learner that has caught up into a voter',
    targets: 'a learner',
    examples: ['promote n4'],
  },
  {
    type: 'remove',
    summary: 'removes a node from the cluster, through Raft; `add` brings it back with its data',
    targets: 'a node or `leader`',
    examples: ['remove n4', 'remove leader'],
  },
  {
    type: 'transfer',
    summary: 'transfers leadership to a node, with TimeoutNow',
    targets: 'a voter',
    examples: ['transfer n2'],
  },
  {
    type: 'snapshot',
    summary: 'writes a snapshot of all keys and discards the log entries before it',
    targets: 'a node, `leader` or `all`',
    examples: ['snapshot n2', 'snapshot all'],
  },
];

export function addMemberVerbs(program: Command): void {
  addVerb(program, 'add', 'starts a new node and adds it to the cluster, through Raft', [
    'add',
    'add --learner',
  ])
    .option('--learner', 'the node receives the log, but has no vote until it is promoted', false)
    .action(({ learner }: { learner: boolean }, command: Command) =>
      carryOut({ type: 'add', learner }, globalOptionsOf(command)),
    );
  addTargetVerbs(program, memberVerbs);
}
