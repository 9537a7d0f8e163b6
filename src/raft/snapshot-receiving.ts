/**
 * The follower's end of InstallSnapshot (Figure 5.3): which chunks are taken. Writing them and
 * putting the snapshot into force is in snapshot.ts, the leader's end in snapshot-sending.ts.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import { assert, crc32cOfString } from '../base/index.js';
import { commitThrough } from './log-changes.js';
import type { InstallSnapshot } from './messages.js';
import { followLeader, rejectStaleLeader } from './replication.js';
import {
  isInstalling,
  isSnapshotRedundant,
  maybeSendChunkReply,
  newStaging,
  sendChunkReply,
} from './snapshot.js';
import type { RaftState, Staging } from './state.js';
import { type LogBase, maxIndex, type SnapshotChunk } from './types.js';

/** Figure 5.3, receiver implementation, up to the write of the chunk. */
export function handleInstallSnapshot(state: RaftState, message: InstallSnapshot): void {
  if (message.term < state.currentTerm) {
    rejectStaleLeader(state, message);
    return;
  }
  const following = followLeader(state, message.from);
  const { snapshot, chunk } = message;
  if (isSnapshotRedundant(state, snapshot)) {
    if (state.staging?.leaderId && !isInstalling(state)) state.staging = null;
    commitThrough(state, snapshot.index);
    following.matchIndex = maxIndex(following.matchIndex, snapshot.index);
    following.replyIsDue = true;
    return;
  }
  if (isInstalling(state)) return;
  const staging = stagingFor(state, snapshot, chunk);
  if (!staging) {
    sendChunkReply(state, snapshot.index, 0);
  } else if (chunk.number === countReceivedChunks(state, staging)) {
    receiveChunk(state, staging, chunk);
  } else {
    maybeSendChunkReply(state, staging);
  }
}

/**
 * Returns the snapshot that the chunk belongs to. A first chunk of another snapshot replaces what
 * there was. Null when the beginning is missing.
 */
function stagingFor(state: RaftState, snapshot: LogBase, chunk: SnapshotChunk): Staging | null {
  const { staging, leaderId } = state;
  const isKnown = staging?.leaderId === leaderId && staging?.snapshot.index === snapshot.index;
  if (isKnown) return staging;
  if (chunk.number !== 0) return null;
  state.staging = newStaging(snapshot, leaderId);
  return state.staging;
}

function countReceivedChunks({ durable }: RaftState, staging: Staging): number {
  const isUnderWay = durable.writing?.staging === staging;
  return staging.writtenChunks + (isUnderWay ? 1 : 0) + staging.waiting.length;
}

function receiveChunk(state: RaftState, staging: Staging, chunk: SnapshotChunk): void {
  if (staging.waiting.length >= state.options.snapshotChunksInflightMax) return;
  const checksum = crc32cOfString(chunk.data, staging.checksum);
  assert(checksum === chunk.checksum, 'a snapshot chunk has a wrong checksum', chunk.number);
  staging.checksum = checksum;
  staging.waiting.push(chunk);
  state.receivedChunks.push(chunk);
}
