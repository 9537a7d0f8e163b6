/**
 * The leader's end of InstallSnapshot (Figure 5.3): a window of chunks in flight to each peer, which
 * are read from the disk one at a time. The follower's end is in snapshot-receiving.ts.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import { assertPresent } from '../base/index.js';
import { recordChunkContact } from './contact.js';
import type { InstallSnapshotReply } from './messages.js';
import { send } from './outbox.js';
import {
  becomeSnapshot,
  newSnapshotProgress,
  type Progress,
  type SnapshotProgress,
} from './progress.js';
import type { RaftState } from './state.js';
import type { LogIndex, NodeId, SnapshotChunk } from './types.js';

/** Starts sending the snapshot in force to a peer whose next entry is compacted away. */
export function startSendingSnapshot(state: RaftState, peer: NodeId, progress: Progress): void {
  becomeSnapshot(progress, newSnapshotProgress(state.snapshot.index));
  maybeReadChunk(state, peer, assertPresent(progress.sending, 'no snapshot is being sent'));
}

/** Asks the disk for the next chunk, unless the window is full or the disk reads one already. */
function maybeReadChunk(state: RaftState, peer: NodeId, sending: SnapshotProgress): void {
  const { snapshotIndex, nextChunk: number, ackedChunks, windowChunks, chunkCount } = sending;
  if (sending.isReading || number === chunkCount || number - ackedChunks >= windowChunks) return;
  sending.isReading = true;
  state.chunkRequests.push({ peer, snapshotIndex, number });
}

/**
 * Sends the chunks in flight again when no reply came for the smallest election timeout, since they
 * or their replies may be lost. The window begins with one chunk again, in case the link is slow.
 * When a newer snapshot is in force by then, that one is sent from its first chunk.
 */
export function maybeResendChunks(state: RaftState, peer: NodeId, progress: Progress): void {
  const { sending } = progress;
  if (!sending || sending.waitingSinceMs === null) return;
  if (state.nowMs - sending.waitingSinceMs < state.options.electionTimeoutMsMin) return;
  if (sending.snapshotIndex !== state.snapshot.index) {
    startSendingSnapshot(state, peer, progress);
    return;
  }
  sending.windowChunks = 1;
  sendAgainFrom(state, peer, sending, sending.ackedChunks);
}

function sendAgainFrom(
  state: RaftState,
  peer: NodeId,
  sending: SnapshotProgress,
  chunk: number,
): void {
  sending.ackedChunks = chunk;
  sending.nextChunk = chunk;
  sending.waitingSinceMs = null;
  maybeReadChunk(state, peer, sending);
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
  const { sending } = progress;
  const { snapshot, id: from, currentTerm: term } = state;
  if (chunk === null || snapshot.index !== snapshotIndex) {
    startSendingSnapshot(state, peer, progress);
    return;
  }
  sending.isReading = false;
  if (chunk.number === sending.nextChunk) {
    sending.waitingSinceMs ??= state.nowMs;
    sending.nextChunk += 1;
    if (chunk.isLast) sending.chunkCount = sending.nextChunk;
    send(state, { type: 'InstallSnapshot', from, to: peer, term, snapshot, chunk });
  }
  maybeReadChunk(state, peer, sending);
}

export function handleInstallSnapshotReply(state: RaftState, message: InstallSnapshotReply): void {
  const progress = state.leadership?.progress.get(message.from);
  const sending = progress?.sending;
  if (message.term !== state.currentTerm || !progress || !sending) return;
  if (message.snapshotIndex !== sending.snapshotIndex) return;
  const { from: peer, nextChunk } = message;
  if (nextChunk > sending.ackedChunks) {
    recordChunkContact(state, progress);
    recordAckedChunks(state, sending, nextChunk);
    maybeReadChunk(state, peer, sending);
  } else if (nextChunk === sending.ackedChunks) {
    handleRepeatedReply(state, peer, sending);
  } else if (nextChunk === 0) {
    // A lower number is a late reply, except 0: then the peer has lost its chunks.
    sending.windowChunks = 1;
    sendAgainFrom(state, peer, sending, 0);
  }
}

/** Opens the window by each chunk that is acknowledged, so that it doubles with each round trip. */
function recordAckedChunks(state: RaftState, sending: SnapshotProgress, nextChunk: number): void {
  const { snapshotChunksInflightMax } = state.options;
  const opened = sending.windowChunks + nextChunk - sending.ackedChunks;
  sending.windowChunks = Math.min(opened, snapshotChunksInflightMax);
  sending.ackedChunks = nextChunk;
  sending.ackedAtMs = state.nowMs;
  sending.nextChunk = Math.max(sending.nextChunk, nextChunk);
  sending.waitingSinceMs = sending.nextChunk > nextChunk ? state.nowMs : null;
}

/**
 * Handles a reply that says the same as the one before: the peer misses the next chunk, but has got
 * a later one. The chunks from there are sent again, once for each such gap.
 */
function handleRepeatedReply(state: RaftState, peer: NodeId, sending: SnapshotProgress): void {
  const { ackedChunks, nextChunk } = sending;
  if (nextChunk <= ackedChunks + 1 || sending.repeatedFrom === ackedChunks) return;
  sending.repeatedFrom = ackedChunks;
  sending.windowChunks = Math.ceil(sending.windowChunks / 2);
  sendAgainFrom(state, peer, sending, ackedChunks);
}
