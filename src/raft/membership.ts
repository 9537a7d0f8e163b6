import { unreachable } from '../base/index.js';
import { encodeConfiguration, isMember, isVoter, peersOf } from './configuration.js';
import { newProgress } from './progress.js';
import { appendToOwnLog, sendCommitIndex } from './replication.js';
import { becomeFollower } from './roles.js';
import type { Leadership, RaftState } from './state.js';
import { bestTransferTarget, sendTimeoutNow } from './transfer.js';
import type { Configuration, LogIndex, NodeId } from './types.js';

/** One server at a time (4.1): then any two majorities, of before and after, share a server. */
export type MembershipChange =
  /** 4.2.1: a server that is to become a voter first receives the log. */
  | { readonly type: 'addLearner'; readonly id: NodeId; readonly address?: string }
  | { readonly type: 'promote'; readonly id: NodeId }
  | { readonly type: 'remove'; readonly id: NodeId };

/**
 * Why a change is not made now. `notLeader`; `notReady`: nothing of this term is committed yet, or
 * the last change is not; `behind`: the learner lacks too much; `notMember`; `lastVoter`: nobody
 * would be left.
 */
export type MembershipRefusal =
  | 'notLeader'
  | 'notReady'
  | 'notCaughtUp'
  | 'notMember'
  | 'lastVoter';

/** The entry that makes the change; that of an earlier one where it is as asked already. */
export type ProposeChangeResult =
  | { readonly index: LogIndex }
  | { readonly refusal: MembershipRefusal };

export function proposeChange(state: RaftState, change: MembershipChange): ProposeChangeResult {
  const { leadership, log, commitIndex } = state;
  if (!leadership) return { refusal: 'notLeader' };
  if (leadership.transfer) return { refusal: 'notReady' };
  // Without the first, changes of two leaders could both be in force without sharing a majority.
  const isReady = commitIndex >= leadership.noopIndex && commitIndex >= log.configurationIndex;
  // Nor does a leader that has just been removed change anything: it is about to step down.
  if (!isReady || !isVoter(state.configuration, state.id)) return { refusal: 'notReady' };
  const refusal = refusalOf(state, change);
  if (refusal) return { refusal };
  const before = log.configuration;
  const next = configurationAfter(before, change);
  if (next === null) return { index: log.configurationIndex };
  const index = appendToOwnLog(state, 'configuration', encodeConfiguration(next));
  // Nothing is known of one that joins, though it was here before: its disk may be another.
  for (const peer of peersOf(next, state.id)) {
    if (!isMember(before, peer)) leadership.progress.set(peer, newProgress(log.lastIndex));
  }
  return { index };
}

function refusalOf(state: RaftState, { type, id }: MembershipChange): MembershipRefusal | null {
  const { configuration } = state;
  if (type === 'promote' && !isMember(configuration, id)) return 'notMember';
  if (type === 'promote' && !isVoter(configuration, id) && !isCaughtUp(state, id))
    return 'notCaughtUp';
  const isLast = isVoter(configuration, id) && configuration.voters.length === 1;
  return type === 'remove' && isLast ? 'lastVoter' : null;
}

/** 4.2.1: a voter that lacks much of the log would hold up the commits. */
function isCaughtUp({ leadership, log, options }: RaftState, id: NodeId): boolean {
  const progress = leadership?.progress.get(id);
  if (progress?.mode !== 'replicate') return false;
  return log.lastIndex - progress.matchIndex <= options.promotionLagEntriesMax;
}

/** Null where it is so already. */
function configurationAfter(before: Configuration, change: MembershipChange): Configuration | null {
  const { id } = change;
  const voters = without(before.voters, id);
  const learners = without(before.learners, id);
  switch (change.type) {
    case 'addLearner':
      return withLearnerAdded(before, id, change.address);
    case 'promote':
      return isVoter(before, id) ? null : { ...before, voters: [...voters, id], learners };
    case 'remove': {
      if (!isMember(before, id)) return null;
      const { [id]: _, ...addresses } = before.addresses ?? {};
      return before.addresses ? { voters, learners, addresses } : { voters, learners };
    }
    default:
      return unreachable(change);
  }
}

/** A member that has moved is found at its new address. */
function withLearnerAdded(
  before: Configuration,
  id: NodeId,
  address?: string,
): Configuration | null {
  const isNew = !isMember(before, id);
  const hasMoved = address !== undefined && before.addresses?.[id] !== address;
  if (!isNew && !hasMoved) return null;
  const next = isNew ? { ...before, learners: [...before.learners, id] } : before;
  return hasMoved ? { ...next, addresses: { ...before.addresses, [id]: address } } : next;
}

function without(ids: readonly NodeId[], id: NodeId): NodeId[] {
  return ids.filter((other) => other !== id);
}

/** Once the configuration in force is committed, those who are not in it are let go (4.2.2). */
export function maybeFinishChange(state: RaftState): void {
  const { leadership, log, commitIndex } = state;
  if (!leadership || leadership.settledConfigurationIndex === log.configurationIndex) return;
  if (commitIndex < log.configurationIndex) return;
  leadership.settledConfigurationIndex = log.configurationIndex;
  finishChange(state, leadership);
}

function finishChange(state: RaftState, leadership: Leadership): void {
  const { configuration } = state;
  for (const peer of [...leadership.progress.keys()]) {
    if (isMember(configuration, peer)) continue;
    // So that it learns of its removal, and does not campaign.
    sendCommitIndex(state, peer);
    leadership.progress.delete(peer);
  }
  if (isVoter(configuration, state.id)) return;
  const target = bestTransferTarget(state);
  if (target) sendTimeoutNow(state, target);
  becomeFollower(state, state.currentTerm, null);
}
