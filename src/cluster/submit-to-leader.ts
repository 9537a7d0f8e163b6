/** Sends an admin command to the leader, and to the next one when the leader changes meanwhile. */

import { LetoError } from '../base/index.js';
import { type AdminCommand, type AdminOutcome, leaderOf, type NodeId } from '../control/index.js';
import type { Board } from './board.js';
import type { NodeHandle } from './node-handle.js';
import { untilLeader } from './until-leader.js';

/** How long leaders may take together to carry out an admin command (real time). */
const leaderSearchMsMax = 60_000;

/**
 * Has the leader carry out an admin command. When it is deposed, the next leader is asked again,
 * which is safe: a command whose effect exists already succeeds.
 * @throws {LetoError} LETO_TIMED_OUT, or LETO_NODE_STATE when the command is refused or there is no
 * leader
 */
export async function submitToLeader(
  board: Board,
  nodes: ReadonlyMap<NodeId, NodeHandle>,
  command: AdminCommand,
): Promise<void> {
  const deadlineMs = performance.now() + leaderSearchMsMax;
  for (;;) {
    await untilLeader(board);
    const leader = leaderOf(board.view);
    const node = leader ? nodes.get(leader.id) : undefined;
    const outcome = node ? await outcomeFrom(node, command) : noLeaderOutcome;
    if (outcome.type === 'done') return;
    if (outcome.type !== 'notLeader') throw refusedError(command, outcome);
    if (!(await board.untilChange(() => true, deadlineMs - performance.now()))) {
      throw lateError(command);
    }
  }
}

const noLeaderOutcome: AdminOutcome = { type: 'notLeader', leader: null };

/** A leader that dies before it answers counts as deposed. */
async function outcomeFrom(node: NodeHandle, command: AdminCommand): Promise<AdminOutcome> {
  try {
    return await node.admin(command);
  } catch {
    return noLeaderOutcome;
  }
}

function lateError({ type }: AdminCommand): LetoError {
  const seconds = leaderSearchMsMax / 1000;
  const message = `no leader carried out ${verbs[type]} within ${seconds} s; it may still happen`;
  return new LetoError('LETO_TIMED_OUT', message);
}

/** How the verbs name the commands. */
const verbs: { readonly [T in AdminCommand['type']]: string } = {
  snapshot: 'snapshot',
  transfer: 'transfer',
  addVoter: 'add',
  addLearner: 'add --learner',
  promote: 'promote',
  remove: 'remove',
};

const reasons = {
  notMember: 'that node is not a voter of the cluster',
  lastVoter: 'it is the last voter; stop the cluster instead',
  addressTaken: 'another member has that address',
  tooManyMembers: 'the cluster has as many members as it may have; remove one first',
  busy: 'too many admin commands are in progress; try again',
} as const;

function refusedError({ type }: AdminCommand, outcome: AdminOutcome): LetoError {
  if (outcome.type === 'refused') {
    return new LetoError('LETO_NODE_STATE', `can't ${verbs[type]}: ${reasons[outcome.reason]}`);
  }
  if (outcome.type === 'failed') {
    const message = 'the target did not take over in time; it may be slow or cut off: try again';
    return new LetoError('LETO_NODE_STATE', message);
  }
  return new LetoError(
    'LETO_TIMED_OUT',
    `${verbs[type]} did not finish in time; it may still happen`,
  );
}
