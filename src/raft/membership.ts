/**
 * Membership changes by one server at a time (4.1, 4.2.1, 4.2.2): which change is allowed, and what
 * follows once it is committed. Retrying and waiting for the result is left to the replica.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import { unreachable } from '../base/index.js';
import {
  encodeConfiguration,
  isMember,
  isVoter,
  membersMax,
  peersOf,
  sharesAddress,
} from './configuration.js';
import { newProgress } from './progress.js';
import { appendToOwnLog, sendCommitIndex } from './replication.js';
import { becomeFollower } from './roles.js';
import type { Leadership, RaftState } from './state.js';
import { bestTransferTarget, sendTimeoutNow } from './transfer.js';
import type { AddressesById, Configuration, LogIndex, NodeId } from './types.js';

/** A change of one server, so that majorities before and after it always share a server (4.1). */
export type MembershipChange =
  /** A server that is to become a voter first receives the log as a learner (4.2.1). */
  | { readonly type: 'addLearner'; readonly id: NodeId; readonly address?: string }
  | { readonly type: 'promote'; readonly id: NodeId }
  | { readonly type: 'remove'; readonly id: NodeId };

/**
 * The reason for a refusal. `notReady`: the leader has not committed an entry of its term yet, the
 * last change is not committed, or the leader is about to hand over. `notCaughtUp`: the learner
 * lacks too many entries. `lastVoter`: no voter would be left. `addressTaken`: another member has
 * the address, and two nodes cannot listen there. `tooManyMembers`: see `membersMax`.
 */
export type MembershipRefusal =
  | 'notLeader'
  | 'notReady'
  | 'notCaughtUp'
  | 'notMember'
  | 'lastVoter'
  | 'addressTaken'
  | 'tooManyMembers';

/** The index of the entry that makes the change, or made it when nothing is left to change. */
export type ProposeChangeResult =
  | { readonly index: LogIndex }
  | { readonly refusal: MembershipRefusal };

/** Appends the entry of a change, whose configuration is in force at once (4.1). */
export function proposeChange(state: RaftState, change: MembershipChange): ProposeChangeResult {
  const { leadership, log } = state;
  if (!leadership) return { refusal: 'notLeader' };
  const refusal = refusalOfAll(state, leadership) ?? refusalOf(state, change);
  if (refusal) return { refusal };
  const before = log.configuration;
  const next = configurationAfter(before, change);
  if (next === null) return { index: log.configurationIndex };
  const index = appendToOwnLog(state, 'configuration', encodeConfiguration(next));
  // Nothing is known about a server that joins, even if it was a member: its disk may be new.
  for (const peer of peersOf(next, state.id)) {
    if (!isMember(before, peer))
      leadership.progress.set(peer, newProgress(log.lastIndex, state.nowMs));
  }
  return { index };
}

/**
 * Appends an entry that alters nothing but the addresses of members. It leaves every majority as it
 * is. But it is a configuration like any other, so it must not overtake one that is not committed.
 */
export function proposeAddresses(state: RaftState, moved: AddressesById): ProposeChangeResult {
  const { leadership, log } = state;
  if (!leadership) return { refusal: 'notLeader' };
  const notReady = refusalOfAll(state, leadership);
  if (notReady) return { refusal: notReady };
  const before = log.configuration;
  const ids = Object.keys(moved) as NodeId[];
  if (ids.some((id) => !isMember(before, id))) return { refusal: 'notMember' };
  if (ids.every((id) => before.addresses?.[id] === moved[id]))
    return { index: log.configurationIndex };
  const addresses = { ...before.addresses, ...moved };
  if (ids.some((id) => sharesAddress(addresses, id))) return { refusal: 'addressTaken' };
  const data = encodeConfiguration({ ...before, addresses });
  return { index: appendToOwnLog(state, 'configuration', data) };
}

/** Refuses every change at a time when this leader may make none. */
function refusalOfAll(state: RaftState, leadership: Leadership): MembershipRefusal | null {
  const { log, commitIndex } = state;
  if (leadership.transfer) return 'notReady';
  // Without a committed no-op, the changes of two leaders could both be in force although their
  // majorities share no server (the erratum to 4.1, raft-dev 2015).
  const isReady = commitIndex >= leadership.noopIndex && commitIndex >= log.configurationIndex;
  // A leader that has just been removed changes nothing either: it is about to step down.
  return isReady && isVoter(state.configuration, state.id) ? null : 'notReady';
}

function refusalOf(state: RaftState, change: MembershipChange): MembershipRefusal | null {
  const { configuration } = state;
  const { id } = change;
  switch (change.type) {
    case 'addLearner':
      return refusalOfLearner(configuration, change);
    case 'promote':
      if (!isMember(configuration, id)) return 'notMember';
      return isVoter(configuration, id) || isCaughtUp(state, id) ? null : 'notCaughtUp';
    case 'remove':
      return isVoter(configuration, id) && configuration.voters.length === 1 ? 'lastVoter' : null;
    default:
      return unreachable(change);
  }
}

function refusalOfLearner(
  { voters, learners, addresses }: Configuration,
  { id, address }: Extract<MembershipChange, { readonly type: 'addLearner' }>,
): MembershipRefusal | null {
  const members = [...voters, ...learners];
  if (!members.includes(id) && members.length >= membersMax) return 'tooManyMembers';
  if (address === undefined) return null;
  return sharesAddress({ ...addresses, [id]: address }, id) ? 'addressTaken' : null;
}

/** A voter that lacks much of the log would delay commits (4.2.1). */
function isCaughtUp({ leadership, log, options }: RaftState, id: NodeId): boolean {
  const progress = leadership?.progress.get(id);
  if (progress?.mode !== 'replicate') return false;
  return log.lastIndex - progress.matchIndex <= options.promotionLagEntriesMax;
}

/** Returns the configuration after the change, or null when it is in force already. */
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

/** Adds a new server as a learner, or gives a member its new address. */
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

/** Drops the servers that are not in the configuration in force, once that is committed (4.2.2). */
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
    // The last message to the peer: it learns that its removal is committed, and will not campaign.
    sendCommitIndex(state, peer);
    leadership.progress.delete(peer);
  }
  if (isVoter(configuration, state.id)) return;
  const target = bestTransferTarget(state);
  if (target) sendTimeoutNow(state, target);
  becomeFollower(state, state.currentTerm, null);
}
