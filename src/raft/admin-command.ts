/**
 * The administrative commands of an operator, and how they can end. These are types only: the
 * replica carries the commands out (src/replica/pending-admin-requests.ts).
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import type { MembershipChange, MembershipRefusal } from './membership.js';
import type { NodeId } from './types.js';

/** A command about the cluster itself, not about its data. */
export type AdminCommand =
  /** Takes a snapshot on the node that receives the command (chapter 5). */
  | { readonly type: 'snapshot' }
  /** Transfers leadership (3.10). This command and all below are for the leader. */
  | { readonly type: 'transfer'; readonly target: NodeId }
  /** Adds a server as a learner, and promotes it once it has caught up (4.2.1). */
  | { readonly type: 'addVoter'; readonly id: NodeId; readonly address?: string }
  | MembershipChange;

/**
 * `done`: the command took effect, now or earlier. `nothingNew`: there is nothing new to snapshot.
 * `notLeader`: nothing was changed, or the change may still happen; asking again does no harm.
 * `failed`: the target of a transfer did not take over. `timedOut`: the change may still happen.
 */
export type AdminOutcome =
  | { readonly type: 'done' | 'nothingNew' | 'failed' | 'timedOut' }
  | { readonly type: 'notLeader'; readonly leader: NodeId | null }
  | { readonly type: 'refused'; readonly reason: AdminRefusal };

/** Why a command was not carried out and will not be; `busy`: too many are in progress. */
export type AdminRefusal =
  | Exclude<MembershipRefusal, 'notLeader' | 'notReady' | 'notCaughtUp'>
  | 'busy';
