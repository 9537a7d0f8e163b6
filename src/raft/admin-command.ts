import type { MembershipChange } from './membership.js';
import type { NodeId } from './types.js';

/** What an operator wants of the cluster, beside its data. */
export type AdminCommand =
  /** 5: on this node. */
  | { readonly type: 'snapshot' }
  /** 3.10: on the leader, like all that follow. */
  | { readonly type: 'transfer'; readonly target: NodeId }
  /** 4.2.1: first as a learner, until it has caught up. */
  | { readonly type: 'addVoter'; readonly id: NodeId; readonly address?: string }
  | MembershipChange;

/**
 * `done`, also where it was so already; `nothingNew`: there is nothing to snapshot; `notLeader`:
 * nothing was changed, or it may be changed yet, and asking again does no harm; `failed`: the target
 * did not take over; `timedOut`: it may be done yet.
 */
export type AdminOutcome =
  | { readonly type: 'done' | 'nothingNew' | 'failed' | 'timedOut' }
  | { readonly type: 'notLeader'; readonly leader: NodeId | null }
  | { readonly type: 'refused'; readonly reason: 'notMember' | 'lastVoter' | 'busy' };
