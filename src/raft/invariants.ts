/**
 * Checks what must be true of one node between any two inputs. It is cheap enough for production,
 * where every `Raft.drainReady` runs it. Properties of a cluster are checked in test/sim/checkers.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import { assert } from '../base/index.js';
import type { RaftState } from './state.js';

/** @throws {LetoError} LETO_ASSERTION when the state is impossible in Figure 3.1. */
export function checkInvariants(state: RaftState): void {
  checkIndexes(state);
  checkDurability(state);
  checkRole(state);
  checkProgress(state);
}

function checkIndexes(state: RaftState): void {
  const { log, snapshot, lastApplied, commitIndex, currentTerm } = state;
  assert(log.base.index <= snapshot.index, 'the log begins after the snapshot', snapshot.index);
  assert(snapshot.index <= lastApplied, 'lastApplied is below the snapshot', lastApplied);
  assert(lastApplied <= commitIndex, 'lastApplied is past commitIndex', lastApplied, commitIndex);
  assert(commitIndex <= log.lastIndex, 'commitIndex is past the log', commitIndex, log.lastIndex);
  assert(
    log.lastTerm <= currentTerm,
    'the log has a term above currentTerm',
    log.lastTerm,
    currentTerm,
  );
}

function checkDurability({ durable, log, currentTerm }: RaftState): void {
  const { hardState, lastIndex, writing } = durable;
  assert(lastIndex <= log.lastIndex, 'the disk is past the log', lastIndex, log.lastIndex);
  assert(log.base.index <= lastIndex, "the disk is below the log's base", lastIndex);
  assert(
    hardState.currentTerm <= currentTerm,
    'the disk has a term above currentTerm',
    currentTerm,
  );
  if (!writing) return;
  assert(writing.lastIndex <= log.lastIndex, 'a write is past the log', writing.lastIndex);
  assert(
    writing.hardState.currentTerm <= currentTerm,
    'a write has a term above currentTerm',
    currentTerm,
  );
}

function checkRole(state: RaftState): void {
  const { role, id, leaderId, votedFor, leadership, following } = state;
  const leads = role === 'leader';
  assert(leads === (leadership !== null), 'leadership does not match the role', role);
  assert(leads === (leaderId === id), 'leaderId does not match the role', role, leaderId);
  assert(!leads || votedFor === id, 'a leader did not vote for itself', votedFor);
  assert(role !== 'candidate' || votedFor === id, 'a candidate did not vote for itself', votedFor);
  const follows = role === 'follower' && leaderId !== null;
  assert(follows === (following !== null), 'following does not match the role', role, leaderId);
}

function checkProgress({ leadership, log }: RaftState): void {
  if (!leadership) return;
  for (const [peer, { nextIndex, matchIndex }] of leadership.progress) {
    assert(nextIndex > matchIndex, 'nextIndex is not past matchIndex', peer, nextIndex);
    assert(matchIndex <= log.lastIndex, 'matchIndex is past the log', peer, matchIndex);
    assert(nextIndex <= log.lastIndex + 1, 'nextIndex is past the log', peer, nextIndex);
  }
}
