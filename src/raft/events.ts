/**
 * The events that a node's Raft reports to observers, such as a new role or a truncation. Raft
 * itself depends on none of them. The sentences that users read are made in src/control/events.ts.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import type { LogIndex, NodeId, Term } from './types.js';

/** One change in a node's Raft; the roles are those of 3.3, `transfer...` belongs to 3.10. */
export type RaftEvent =
  | { readonly type: 'becameFollower'; readonly term: Term; readonly leader: NodeId | null }
  | { readonly type: 'becamePreCandidate'; readonly term: Term }
  | { readonly type: 'becameCandidate'; readonly term: Term }
  | { readonly type: 'becameLeader'; readonly term: Term }
  | { readonly type: 'steppedDown'; readonly term: Term }
  | { readonly type: 'votedFor'; readonly term: Term; readonly candidate: NodeId }
  | { readonly type: 'truncated'; readonly from: LogIndex; readonly to: LogIndex }
  | { readonly type: 'snapshotTaken'; readonly index: LogIndex }
  | { readonly type: 'snapshotInstalled'; readonly index: LogIndex; readonly leader: NodeId }
  | {
      readonly type: 'configurationChanged';
      readonly index: LogIndex;
      readonly voters: readonly NodeId[];
      readonly learners: readonly NodeId[];
    }
  | { readonly type: 'transferStarted'; readonly term: Term; readonly target: NodeId }
  | { readonly type: 'transferFailed'; readonly term: Term; readonly target: NodeId };
