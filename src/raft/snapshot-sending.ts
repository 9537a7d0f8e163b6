/**
 * The leader's end of InstallSnapshot (Figure 5.3): one chunk at a time to each peer, read from the
 * disk when the peer wants it. The follower's end is in snapshot-receiving.ts.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import { assertPresent } from '../base/index.js';
import type { InstallSnapshotReply } from './messages.js';
import { send } from './outbox.js';
import { becomeSnapshot, type Progress, type SnapshotProgress } from './progress.js';
import type { RaftState } from './state.js';
import type { LogIndex, NodeId, SnapshotChunk } from './types.js';

/** Starts sending the snapshot in force to a peer whose next entry is compacted away. */
export function startSendingSnapshot(state: RaftState, peer: NodeId, progress: Progress): void {
  becomeSnapshot(progress, { snapshotIndex: state.snapshot.index, nextChunk: 0, sentAtMs: null });
  requestChunk(state, peer, assertPresent(progress.sending, 'no snapshot is being sent'));
}

function requestChunk(state: RaftState, peer: NodeId, sending: SnapshotProgress): void {
  sending.sentAtMs = null;
  const { snapshotIndex, nextChunk: number } = sending;
  state.chunkRequests.push({ peer, snapshotIndex, number });
}

/**
 * Sends the chunk again when no reply came for the smallest election timeout, since it or its reply
 * may be lost. When a newer snapshot is in force by then, that one is sent from its first chunk.
 */
export function maybeResendChunk(state: RaftState, peer: NodeId, progress: Progress): void {
  const { sending } = progress;
  if (!sending || sending.sentAtMs === null) return;
  if (state.nowMs - sending.sentAtMs < state.options.electionTimeoutMsMin) return;
  if (sending.snapshotIndex === state.snapshot.index) requestChunk(state, peer, sending);
  else startSendingSnapshot(state, peer, progress);
}

/**
 * Sends a chunk that the disk has read, unless the peer needs another one by now.
 * @param chunk Null when the snapshot in force on the disk is not `snapshotIndex` any more.
 */
export function sendChunk(
  state: RaftState,
  peer: NodeId,
  snapshotIndex: LogIndex,
  chunk: SnapshotChunk | null,
): void {
  const progress = state.leadership?.progress.get(peer);
  if (!progress?.sending || progress.sending.snapshotIndex !== snapshotIndex) return;
  const { snapshot, id: from, currentTerm: term } = state;
  if (chunk === null || snapshot.index !== snapshotIndex) {
    startSendingSnapshot(state, peer, progress);
  } else if (chunk.number === progress.sending.nextChunk) {
    progress.sending.sentAtMs = state.nowMs;
    send(state, { type: 'InstallSnapshot', from, to: peer, term, snapshot, chunk });
  }
}

export function handleInstallSnapshotReply(state: RaftState, message: InstallSnapshotReply): void {
  const sending = state.leadership?.progress.get(message.from)?.sending;
  if (message.term !== state.currentTerm || !sending) return;
  if (message.snapshotIndex !== sending.snapshotIndex) return;
  // A lower number is a late reply, except 0: then the peer has lost its chunks and starts again.
  if (message.nextChunk <= sending.nextChunk && message.nextChunk !== 0) return;
  if (message.nextChunk === sending.nextChunk) return;
  sending.nextChunk = message.nextChunk;
  requestChunk(state, message.from, sending);
}
