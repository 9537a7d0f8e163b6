import { assert } from '../base/index.js';
import type { RaftState } from './state.js';

/**
 * What must be true of one node between any two inputs, cheap enough to be checked in production
 * after each batch. What only an onlooker of all nodes can see is checked by the simulator.
 */
export function checkInvariants(state: RaftState): void {
  checkIndexes(state);
  checkDurability(state);
  checkRole(state);
  checkProgress(state);
}

function checkIndexes(state: RaftState): void {
  const { log, snapshot, lastApplied, commitIndex, currentTerm } = state;
  assert(log.base.index <= snapshot.index, 'entries are gone without a snapshot', snapshot.index);
  assert(snapshot.index <= lastApplied, 'lastApplied is behind the snapshot', lastApplied);
  assert(lastApplied <= commitIndex, 'lastApplied passes commitIndex', lastApplied, commitIndex);
  assert(commitIndex <= log.lastIndex, 'commitIndex passes the log', commitIndex, log.lastIndex);
  assert(log.lastTerm <= currentTerm, 'the log is of a later term', log.lastTerm, currentTerm);
}

function checkDurability({ durable, log, currentTerm }: RaftState): void {
  const { hardState, lastIndex, writing } = durable;
  assert(lastIndex <= log.lastIndex, 'the disk passes the log', lastIndex, log.lastIndex);
  assert(log.base.index <= lastIndex, 'the disk is behind the snapshot', lastIndex);
  assert(hardState.currentTerm <= currentTerm, 'the disk is of a later term', currentTerm);
  if (!writing) return;
  assert(writing.lastIndex <= log.lastIndex, 'a write passes the log', writing.lastIndex);
  assert(writing.hardState.currentTerm <= currentTerm, 'a write is of a later term', currentTerm);
}

function checkRole(state: RaftState): void {
  const { role, id, leaderId, votedFor, leadership, following } = state;
  const leads = role === 'leader';
  assert(leads === (leadership !== null), 'leadership without the role', role);
  assert(leads === (leaderId === id), 'a node takes itself for the leader', role, leaderId);
  assert(!leads || votedFor === id, 'a leader that did not vote for itself', votedFor);
  assert(role !== 'candidate' || votedFor === id, 'a candidate without its own vote', votedFor);
  const follows = role === 'follower' && leaderId !== null;
  assert(follows === (following !== null), 'following is out of step', role, leaderId);
}

function checkProgress({ leadership, log }: RaftState): void {
  if (!leadership) return;
  for (const [peer, { nextIndex, matchIndex }] of leadership.progress) {
    assert(nextIndex > matchIndex, 'nextIndex is not past matchIndex', peer, nextIndex);
    assert(matchIndex <= log.lastIndex, 'a peer matches more than there is', peer, matchIndex);
    assert(nextIndex <= log.lastIndex + 1, 'nextIndex passes the log', peer, nextIndex);
  }
}
