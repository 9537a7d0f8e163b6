/**
 * The RESP reply to each outcome of a command. http-answer.ts does the same for HTTP, and
 * admin-reply.ts for admin commands.
 */

import { unreachable } from '../base/index.js';
import { errorReply, type Reply } from '../kv/index.js';
import type { NodeId } from '../raft/index.js';
import type { Outcome } from '../replica/index.js';
import { notLeaderReply, type Redirection } from './redirection.js';

/** The outcome of a command that was not done, or may not have been. */
type Failure = Extract<Outcome, { readonly type: 'uncertain' | 'overloaded' | 'outOfMemory' }>;

/** Returns the reply to an outcome; `redirect` is called only when this node does not lead. */
export function replyTo(outcome: Outcome, redirect: (leader: NodeId | null) => Redirection): Reply {
  switch (outcome.type) {
    case 'notLeader':
      return notLeaderReply(redirect(outcome.leader));
    case 'uncertain':
    case 'overloaded':
    case 'outOfMemory':
      return errorReply(failureText(outcome));
    case 'simple':
    case 'error':
    case 'integer':
    case 'bulk':
    case 'null':
    case 'array':
    case 'map':
      return outcome;
    default:
      return unreachable(outcome);
  }
}

/** Returns the error text of a failure, for RESP and HTTP alike. */
export function failureText(failure: Failure): string {
  switch (failure.type) {
    case 'uncertain':
      return `UNCERTAIN ${failure.reason}: the write may or may not happen`;
    case 'overloaded':
      return 'BUSY too many writes are waiting for a quorum; this one will not happen; try again';
    case 'outOfMemory':
      return "OOM command not allowed when used memory > 'maxmemory'.";
    default:
      return unreachable(failure);
  }
}
