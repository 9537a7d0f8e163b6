/**
 * Submits admin commands and returns the reply to each outcome. outcome-reply.ts does the same for
 * all other commands.
 */

import { unreachable } from '../base/index.js';
import { errorReply, okReply, type Reply } from '../kv/index.js';
import type { AdminCommand, AdminOutcome, AdminRefusal } from '../raft/index.js';
import type { Connection } from './connection.js';
import { leaderWithAddress, type NodeContext } from './node-context.js';
import { PendingReply } from './pending-command.js';
import { notLeaderReply } from './redirection.js';

const refusals = {
  notMember: errorReply('ERR no such voter in this cluster; see RAFT STATUS'),
  lastVoter: errorReply('ERR the last voter cannot leave; stop the cluster instead'),
  addressTaken: errorReply(
    'ERR another member has that Raft address; give each node its own, and see RAFT STATUS',
  ),
  tooManyMembers: errorReply(
    'ERR the cluster has as many members as it may have; remove one first',
  ),
  busy: errorReply('BUSY too many admin commands are in progress; try again'),
} as const satisfies Readonly<Record<AdminRefusal, Reply>>;

/** Submits the command and reserves the place of its reply; returns null, as `run` then must. */
export function submitAdminCommand(
  connection: Connection,
  node: NodeContext,
  command: AdminCommand,
): null {
  const slot = new PendingReply(connection);
  node.admin({ command, settle: (outcome) => slot.settle(replyToAdmin(outcome, node)) });
  return null;
}

/** Returns the reply to an admin command's outcome. */
export function replyToAdmin(outcome: AdminOutcome, { addresses }: NodeContext): Reply {
  switch (outcome.type) {
    case 'done':
      return okReply;
    case 'nothingNew':
      return errorReply('nothing new to snapshot');
    case 'notLeader': {
      const leader = leaderWithAddress(outcome.leader, addresses);
      return notLeaderReply({ follower: 'error', leader, key: null });
    }
    case 'failed':
      return errorReply(
        'ERR the target did not take over in time; its log may be behind; try again',
      );
    case 'timedOut':
      return errorReply('UNCERTAIN the command timed out: it may or may not happen');
    case 'refused':
      return refusals[outcome.reason];
    default:
      return unreachable(outcome);
  }
}
