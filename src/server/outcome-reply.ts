import { unreachable } from '../base/index.js';
import { errorReply, type Reply } from '../kv/index.js';
import type { NodeId } from '../raft/index.js';
import type { Outcome } from '../replica/index.js';
import { notLeaderReply, type Redirection } from './redirection.js';

/** A command that was not done, or of which nobody can say. */
type Failure = Extract<Outcome, { readonly type: 'uncertain' | 'overloaded' | 'outOfMemory' }>;

/** The one place where a command's outcome gets its words. */
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

export function failureText(failure: Failure): string {
  switch (failure.type) {
    case 'uncertain':
      return `UNCERTAIN ${failure.reason}: the write may or may not happen`;
    case 'overloaded':
      return 'BUSY too many writes wait for a quorum; this one did not happen and will not: try again';
    case 'outOfMemory':
      return "OOM command not allowed when used memory > 'maxmemory'.";
    default:
      return unreachable(failure);
  }
}
