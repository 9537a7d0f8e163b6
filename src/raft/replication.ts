/**
 * Log replication (3.5) and commit (3.6.2): both ends of AppendEntries. A leader's messages are
 * made in `replicate` and a follower's replies in `maybeSendAppendEntriesReply`, each once per
 * `Raft.drainReady`. Snapshots for peers that lack too much are left to snapshot-sending.ts.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import { assert, assertPresent } from '../base/index.js';
import { recordContact } from './contact.js';
import { appendEntry, commitThrough, truncateFrom } from './log-changes.js';
import type { AppendEntries, AppendEntriesReply, InstallSnapshot, Rejection } from './messages.js';
import { send } from './outbox.js';
import { becomeProbe, isWindowFull, type Progress, recordMatch, recordSent } from './progress.js';
import { reachedByMajority } from './quorum.js';
import { confirmRounds } from './read-index.js';
import { becomeFollower, resetElectionTimer } from './roles.js';
import { maybeResendChunks, startSendingSnapshot } from './snapshot-sending.js';
import type { FollowerState, Leadership, RaftState } from './state.js';
import {
  beforeLog,
  type Entry,
  type EntryKind,
  entryBytes,
  type LogIndex,
  maxIndex,
  minIndex,
  type NodeId,
  noTerm,
  predecessor,
  successor,
} from './types.js';

/**
 * Appends an entry to this leader's log (3.5). The next `replicate` sends it to the peers.
 * @throws {LetoError} LETO_ASSERTION when this node does not lead.
 */
export function appendToOwnLog(state: RaftState, kind: EntryKind, data: string): LogIndex {
  const leadership = assertPresent(state.leadership, 'only a leader appends');
  const index = successor(state.log.lastIndex);
  const entry: Entry = { index, term: state.currentTerm, kind, data };
  appendEntry(state, entry);
  leadership.uncommittedBytes += entryBytes(entry);
  return index;
}

/**
 * Sends each peer the entries that it lacks, as far as its window allows, and each new round. The
 * peers take turns, so that none waits for a large log that another one needs. A turn ends at
 * `sendBytesPerTurnMax`: the rest follows in later turns, since a leader that is busy for too long
 * with one peer sends no heartbeats (see `hasMoreToSend`).
 */
export function replicate(state: RaftState): void {
  const leadership = assertPresent(state.leadership, 'only a leader replicates');
  for (const [peer, progress] of leadership.progress) {
    if (progress.mode !== 'snapshot' && progress.nextIndex <= state.log.base.index) {
      startSendingSnapshot(state, peer, progress);
    }
    maybeResendChunks(state, peer, progress);
  }
  let bytesLeft = state.options.sendBytesPerTurnMax;
  for (let hasSent = true; hasSent && bytesLeft > 0; ) {
    hasSent = false;
    for (const [peer, progress] of leadership.progress) {
      const bytes = maybeSendNext(state, leadership, peer, progress);
      if (bytes === null) continue;
      hasSent = true;
      bytesLeft -= bytes;
    }
  }
}

/** True when a peer could be sent more entries at once: the last turn reached its limit. */
export function hasMoreToSend({ leadership, log, options }: Readonly<RaftState>): boolean {
  if (!leadership) return false;
  for (const progress of leadership.progress.values()) {
    if (progress.nextIndex <= log.lastIndex && !isWindowFull(progress, options)) return true;
  }
  return false;
}

/**
 * Sends a peer one AppendEntries if it lacks entries or the latest round.
 * @returns The size of the entries. Null when nothing was sent.
 */
function maybeSendNext(
  state: RaftState,
  leadership: Leadership,
  peer: NodeId,
  progress: Progress,
): number | null {
  const { log, options } = state;
  const roundIsNew = progress.sentRound < leadership.rounds.latest;
  const entries = isWindowFull(progress, options)
    ? []
    : log.slice(progress.nextIndex, log.lastIndex, options.appendBytesMax);
  if (entries.length === 0 && !roundIsNew) return null;
  return sendAppendEntries(state, leadership, peer, progress, entries);
}

/** Sends a peer the commitIndex, without entries. */
export function sendCommitIndex(state: RaftState, peer: NodeId): void {
  const leadership = assertPresent(state.leadership, 'only a leader replicates');
  const progress = leadership.progress.get(peer);
  if (progress) sendAppendEntries(state, leadership, peer, progress, []);
}

function sendAppendEntries(
  state: RaftState,
  leadership: Leadership,
  peer: NodeId,
  progress: Progress,
  entries: readonly Entry[],
): number {
  // While the peer lacks entries before this log, the message claims nothing about the log.
  const isBehind = progress.nextIndex <= state.log.base.index;
  const prevLogIndex = isBehind ? beforeLog : predecessor(progress.nextIndex);
  const prevLogTerm = isBehind ? noTerm : state.log.termAt(prevLogIndex);
  send(state, {
    type: 'AppendEntries',
    from: state.id,
    to: peer,
    term: state.currentTerm,
    prevLogIndex,
    prevLogTerm: assertPresent(prevLogTerm, 'prevLogIndex is not in the log'),
    entries,
    leaderCommit: state.commitIndex,
    logTimeMs: leadership.logTimeMs,
    round: leadership.rounds.latest,
  });
  progress.sentRound = leadership.rounds.latest;
  const bytes = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
  const last = entries.at(-1);
  if (last) recordSent(progress, last.index, bytes);
  return bytes;
}

/** Figure 3.1, AppendEntries, receiver implementation. The term is at most currentTerm by now. */
export function handleAppendEntries(state: RaftState, message: AppendEntries): void {
  if (message.term < state.currentTerm) {
    rejectStaleLeader(state, message);
    return;
  }
  const following = followLeader(state, message.from);
  const roundIsNew = message.round > following.round;
  if (roundIsNew) following.round = message.round;
  if (!matchesPrev(state, message)) {
    sendRejection(state, following, message.prevLogIndex);
    return;
  }
  appendNewEntries(state, message.entries);
  const lastNewIndex = (message.prevLogIndex + message.entries.length) as LogIndex;
  following.matchIndex = maxIndex(following.matchIndex, lastNewIndex);
  commitThrough(state, minIndex(message.leaderCommit, lastNewIndex));
  if (roundIsNew || following.matchIndex <= state.durable.lastIndex) following.replyIsDue = true;
}

/**
 * Follows the sender of an AppendEntries or InstallSnapshot of this term. It won the election of
 * the term, so a candidate gives up (3.4).
 * @throws {LetoError} LETO_ASSERTION when the term has another leader already.
 */
export function followLeader(state: RaftState, leaderId: NodeId): FollowerState {
  assert(state.role !== 'leader', 'two leaders in one term', state.currentTerm, leaderId);
  if (state.role !== 'follower' || state.leaderId !== leaderId) {
    assert(state.leaderId === null, 'two leaders in one term', state.leaderId, leaderId);
    becomeFollower(state, state.currentTerm, leaderId);
  }
  state.leaderHeardAtMs = state.nowMs;
  resetElectionTimer(state);
  return assertPresent(state.following, 'a follower with a leader has no follower state');
}

/** Step 2 of AppendEntries. Entries below the base are committed, so they match in any case. */
function matchesPrev(state: RaftState, message: AppendEntries): boolean {
  if (message.prevLogIndex < state.log.base.index) return true;
  return state.log.matches(message.prevLogIndex, message.prevLogTerm);
}

/**
 * Steps 3 and 4 of AppendEntries (Figure 3.1). Entries are removed only from a conflict on, so that
 * a delayed message with fewer entries does not shorten the log.
 */
function appendNewEntries(state: RaftState, entries: readonly Entry[]): void {
  for (const entry of entries) {
    if (entry.index <= state.log.base.index) continue;
    if (entry.index <= state.log.lastIndex) {
      if (state.log.matches(entry.index, entry.term)) continue;
      truncateFrom(state, entry.index);
    }
    appendEntry(state, entry);
  }
}

function sendRejection(state: RaftState, following: FollowerState, prevLogIndex: LogIndex): void {
  const { log } = state;
  const conflictTerm = log.termAt(prevLogIndex) ?? null;
  sendAppendEntriesReply(state, following, {
    prevLogIndex,
    conflictTerm,
    conflictIndex:
      conflictTerm === null ? successor(log.lastIndex) : log.firstIndexOfTermAt(prevLogIndex),
  });
}

/** Answers a leader of an older term, which steps down because of the higher term (3.3). */
export function rejectStaleLeader(
  state: RaftState,
  message: AppendEntries | InstallSnapshot,
): void {
  send(state, {
    type: 'AppendEntriesReply',
    from: state.id,
    to: message.from,
    term: state.currentTerm,
    round: 0,
    matchIndex: beforeLog,
    rejection: null,
  });
}

/** Reports to the leader what is durable, when that has risen or a reply is due (Figure 3.1). */
export function maybeSendAppendEntriesReply(state: RaftState): void {
  const { following } = state;
  if (!following) return;
  const hasRisen = minIndex(following.matchIndex, state.durable.lastIndex) > following.ackedIndex;
  if (following.replyIsDue || hasRisen) sendAppendEntriesReply(state, following, null);
}

function sendAppendEntriesReply(
  state: RaftState,
  following: FollowerState,
  rejection: Rejection | null,
): void {
  const matchIndex = minIndex(following.matchIndex, state.durable.lastIndex);
  send(state, {
    type: 'AppendEntriesReply',
    from: state.id,
    to: assertPresent(state.leaderId, 'a reply without a known leader'),
    term: state.currentTerm,
    round: following.round,
    matchIndex,
    rejection,
  });
  following.ackedIndex = matchIndex;
  following.replyIsDue = false;
}

export function handleAppendEntriesReply(state: RaftState, message: AppendEntriesReply): void {
  if (message.term !== state.currentTerm || message.round === 0) return;
  const { leadership } = state;
  const progress = leadership?.progress.get(message.from);
  if (!leadership || !progress) return;
  assert(message.matchIndex <= state.log.lastIndex, "a peer's matchIndex is past the leader's log");
  recordContact(state, leadership, progress, message);
  progress.ackedRound = Math.max(progress.ackedRound, message.round);
  if (message.rejection) handleRejection(state, progress, message.rejection);
  else if (message.matchIndex >= state.log.base.index || progress.mode !== 'snapshot') {
    recordMatch(progress, message.matchIndex);
  }
  maybeAdvanceCommitIndex(state);
  confirmRounds(state);
}

/** Lowers nextIndex by a whole term at a time (3.5), but never to an index known to match. */
function handleRejection(state: RaftState, progress: Progress, rejection: Rejection): void {
  const { prevLogIndex, conflictTerm, conflictIndex } = rejection;
  const isStale =
    progress.mode === 'snapshot' ||
    prevLogIndex <= progress.matchIndex ||
    (progress.mode === 'probe' && prevLogIndex !== predecessor(progress.nextIndex)) ||
    prevLogIndex >= progress.nextIndex;
  if (isStale) return;
  let nextIndex = conflictIndex;
  if (conflictTerm !== null) {
    const candidate = state.log.lastIndexWithTermAtMost(conflictTerm, prevLogIndex);
    nextIndex = successor(candidate);
    if (state.log.termAt(candidate) !== conflictTerm)
      nextIndex = minIndex(nextIndex, conflictIndex);
  }
  becomeProbe(progress, maxIndex(nextIndex, successor(progress.matchIndex)));
}

/**
 * Commits what a majority holds, by counting only entries of the leader's own term; older entries
 * are committed with them (3.6.2). The leader counts itself like any other voter, by what its own
 * disk holds (10.2.1).
 */
export function maybeAdvanceCommitIndex(state: RaftState): void {
  const { leadership } = state;
  if (!leadership) return;
  const reached = reachedByMajority(
    state.configuration.voters.map((voter) =>
      voter === state.id
        ? state.durable.lastIndex
        : (leadership.progress.get(voter)?.matchIndex ?? beforeLog),
    ),
  );
  if (reached <= state.commitIndex) return;
  if (state.log.termAt(reached) !== state.currentTerm) return;
  for (let index = successor(state.commitIndex); index <= reached; index = successor(index)) {
    leadership.uncommittedBytes -= entryBytes(assertPresent(state.log.entryAt(index), 'no entry'));
  }
  commitThrough(state, reached);
}
