import type { Address, FollowerMode } from '../control/index.js';
import { error, type Reply } from '../kv/index.js';
import type { NodeId } from '../raft/index.js';
import type { Outcome } from '../replica/index.js';
import { keySlot } from './key-slot.js';

export interface RedirectionContext {
  readonly follower: FollowerMode;
  readonly leader: { readonly id: NodeId; readonly address: Address } | null;
  /** The first key of the command, if it has one. */
  readonly key: string | null;
}

/** A command that was not done, or of which nobody can say. */
export type Failure = Extract<
  Outcome,
  { readonly type: 'uncertain' | 'overloaded' | 'outOfMemory' }
>;

/** The one place where a command's outcome gets its words. */
export function replyTo(
  outcome: Outcome,
  context: (leader: NodeId | null) => RedirectionContext,
): Reply {
  switch (outcome.type) {
    case 'notLeader':
      return notLeaderReply(context(outcome.leader));
    case 'uncertain':
    case 'overloaded':
    case 'outOfMemory':
      return error(failureText(outcome));
    default:
      return outcome;
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
  }
}

/** All of these say: it did not happen and will not. */
export function notLeaderReply({ follower, leader, key }: RedirectionContext): Reply {
  if (follower === 'error') {
    if (!leader) return error('not leader');
    return error(`not leader, leader is ${leader.id} at ${hostAndPort(leader.address)}`);
  }
  if (!leader || follower === 'proxy') return error('CLUSTERDOWN no leader');
  return error(`MOVED ${keySlot(key ?? '')} ${hostAndPort(leader.address)}`);
}

export function hostAndPort({ host, port }: Address): string {
  return `${host}:${port}`;
}
