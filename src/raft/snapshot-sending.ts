import { assertPresent } from '../base/index.js';
import type { InstallSnapshotReply } from './messages.js';
import { send } from './outbox.js';
import { becomeSnapshot, type Progress, type SnapshotProgress } from './progress.js';
import type { RaftState } from './state.js';
import type { LogIndex, NodeId, SnapshotChunk } from './types.js';

/** A leader turns to a peer whose next entry is gone, and asks its disk for the first chunk. */
export function startSendingSnapshot(state: RaftState, peer: NodeId, progress: Progress): void {
  becomeSnapshot(progress, { snapshotIndex: state.snapshot.index, nextChunk: 0, sentAtMs: null });
  requestChunk(state, peer, assertPresent(progress.sending, 'nothing is sent'));
}

function requestChunk(state: RaftState, peer: NodeId, sending: SnapshotProgress): void {
  sending.sentAtMs = null;
  const { snapshotIndex, nextChunk: number } = sending;
  state.chunkRequests.push({ peer, snapshotIndex, number });
}

/** A chunk, or its answer, may be lost; and a newer snapshot may have taken the old one's place. */
export function maybeResendChunk(state: RaftState, peer: NodeId, progress: Progress): void {
  const { sending } = progress;
  if (!sending || sending.sentAtMs === null) return;
  if (state.nowMs - sending.sentAtMs < state.options.electionTimeoutMsMin) return;
  if (sending.snapshotIndex === state.snapshot.index) requestChunk(state, peer, sending);
  else startSendingSnapshot(state, peer, progress);
}

/** The disk has found a chunk of the snapshot in force; null: that is another by now. */
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
  // It falls only where the peer has lost all: a late answer to an earlier chunk is no news.
  if (message.nextChunk <= sending.nextChunk && message.nextChunk !== 0) return;
  if (message.nextChunk === sending.nextChunk) return;
  sending.nextChunk = message.nextChunk;
  requestChunk(state, message.from, sending);
}
