/**
 * Writes a snapshot chunk by chunk beside the one in force, which it replaces with its last chunk
 * (chapter 5). This is common to a node's own snapshots and those that a leader sends. Chunks on
 * the network are in snapshot-sending.ts and snapshot-receiving.ts.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import { assert, assertPresent, type ByteString, crc32cOfString } from '../base/index.js';
import { encodeConfiguration } from './configuration.js';
import { commitThrough, emitConfigurationChanged } from './log-changes.js';
import { send } from './outbox.js';
import type { SnapshotInstall, SnapshotPersist } from './persist.js';
import type { InflightWrite, RaftState, Staging } from './state.js';
import { type LogBase, type LogIndex, maxIndex, type NodeId } from './types.js';

/** A peer that acknowledges no chunk for so many smallest election timeouts does not get on. */
const sendingPatienceTimeouts = 4;

/**
 * True when a snapshot of this node's own state may begin. A new server may have applied entries
 * from before it knows the members of its cluster: a snapshot there would name no voter.
 */
export function maySnapshot(state: Readonly<RaftState>): boolean {
  const { staging, lastApplied, snapshot, log } = state;
  if (staging !== null || lastApplied <= snapshot.index || isInstalling(state)) return false;
  return log.baseAt(lastApplied).configuration.voters.length > 0;
}

/**
 * Begins a snapshot of all that is applied, and returns what it covers. The caller provides its
 * chunks by `stageChunk`, and the last one puts it into force in one atomic write.
 */
export function beginSnapshot(state: RaftState): LogBase {
  assert(state.staging === null, 'a snapshot begins while another is being written');
  const snapshot = state.log.baseAt(state.lastApplied);
  state.staging = newStaging(snapshot, null);
  return snapshot;
}

export function newStaging(snapshot: LogBase, leaderId: NodeId | null): Staging {
  return { snapshot, leaderId, waiting: [], writtenChunks: 0, checksum: 0 };
}

/** True when the next chunk of this node's own snapshot may be staged: one is held at a time. */
export function wantsChunk({ staging, durable }: Readonly<RaftState>): boolean {
  if (!staging || staging.leaderId !== null) return false;
  return staging.waiting.length === 0 && durable.writing?.staging !== staging;
}

export function stageChunk(state: RaftState, data: ByteString, isLast: boolean): void {
  const staging = assertPresent(state.staging, 'a chunk is staged, but no snapshot has begun');
  assert(wantsChunk(state), 'a chunk is staged before the last one is written');
  staging.checksum = crc32cOfString(data, staging.checksum);
  staging.waiting.push({
    number: staging.writtenChunks,
    data,
    checksum: staging.checksum,
    isLast,
  });
}

/** Returns the chunk that the next write carries, or null when there is none. */
export function takeSnapshotPersist(state: RaftState): SnapshotPersist | null {
  const { staging } = state;
  const chunk = staging?.waiting[0];
  if (!staging || !chunk) return null;
  if (chunk.isLast && !mayInstall(state, staging)) return null;
  staging.waiting.shift();
  if (!chunk.isLast) return { chunk, install: null };
  return { chunk, install: installOf(state, staging) };
}

/**
 * True when the snapshot loses no acknowledged entry, leaves no gap between it and the log, and
 * takes away none that a peer is being sent.
 */
function mayInstall(state: RaftState, { snapshot, leaderId }: Staging): boolean {
  // A commit may be ahead of the node's own disk (10.2.1): the log on the disk must catch up first.
  if (leaderId === null) {
    return state.durable.lastIndex >= snapshot.index && !isSnapshotBeingSent(state);
  }
  if (!isSnapshotRedundant(state, snapshot)) return true;
  state.staging = null;
  return false;
}

/**
 * True while a peer receives the snapshot in force and gets on. If a newer one replaced it, the peer
 * would have to start again, and might never catch up with a busy leader. The log behind it is kept
 * meanwhile, up to half of its limit, so that the other half is left for the writes of clients.
 */
function isSnapshotBeingSent({ leadership, snapshot, log, nowMs, options }: RaftState): boolean {
  if (!leadership || log.bytes >= options.logBytesMax / 2) return false;
  const since = nowMs - sendingPatienceTimeouts * options.electionTimeoutMsMin;
  return [...leadership.progress.values()].some(
    ({ sending }) => sending?.snapshotIndex === snapshot.index && sending.ackedAtMs > since,
  );
}

function installOf({ log, options }: RaftState, { snapshot, leaderId }: Staging): SnapshotInstall {
  if (leaderId !== null) return { snapshot, base: snapshot, keepsLog: false };
  const baseIndex = log.trailingBaseIndex(snapshot.index, options.trailingBytesMax);
  return { snapshot, base: log.baseAt(baseIndex), keepsLog: true };
}

/** Records that a chunk is durable. The last chunk puts the snapshot into force. */
export function recordChunkWritten(state: RaftState, { snapshot, staging }: InflightWrite): void {
  if (!snapshot || !staging) return;
  staging.writtenChunks += 1;
  if (snapshot.install) install(state, staging, snapshot.install);
  if (state.staging !== staging) return;
  if (snapshot.install) state.staging = null;
  else maybeSendChunkReply(state, staging);
}

function install(
  state: RaftState,
  { leaderId }: Staging,
  { snapshot, base }: SnapshotInstall,
): void {
  state.snapshot = snapshot;
  if (leaderId === null) {
    state.log.compactTo(base);
    state.events.push({ type: 'snapshotTaken', index: snapshot.index });
    return;
  }
  replaceLog(state, snapshot);
  state.events.push({ type: 'snapshotInstalled', index: snapshot.index, leader: leaderId });
  if (state.following) {
    state.following.matchIndex = maxIndex(state.following.matchIndex, snapshot.index);
    state.following.replyIsDue = true;
  }
}

/**
 * Steps 6 to 8 of Figure 5.3: the log keeps the entries after the snapshot only if it has the
 * snapshot's last entry.
 */
function replaceLog(state: RaftState, snapshot: LogBase): void {
  const { log, durable } = state;
  const membersBefore = encodeConfiguration(log.configuration);
  if (log.matches(snapshot.index, snapshot.term)) log.compactTo(snapshot);
  else log.replaceWith(snapshot);
  // The disk holds no entry after the snapshot any more: those that stay are written again.
  durable.lastIndex = snapshot.index;
  if (encodeConfiguration(log.configuration) !== membersBefore) emitConfigurationChanged(state);
  commitThrough(state, snapshot.index);
  if (state.lastApplied >= snapshot.index) return;
  state.lastApplied = snapshot.index;
  state.hasInstalledSnapshot = true;
}

/** True when the log already has all that the snapshot covers, committed or matching (5.1). */
export function isSnapshotRedundant(
  { commitIndex, log }: RaftState,
  { index, term }: LogBase,
): boolean {
  return index <= commitIndex || log.matches(index, term);
}

/** True while the last chunk is being written: what the disk will hold is already decided. */
export function isInstalling({ durable }: Readonly<RaftState>): boolean {
  return durable.writing?.snapshot?.install != null;
}

/** Tells the leader which chunk to send next, if the snapshot comes from the current leader. */
export function maybeSendChunkReply(state: RaftState, staging: Staging): void {
  if (staging.leaderId === null || staging.leaderId !== state.leaderId) return;
  sendChunkReply(state, staging.snapshot.index, staging.writtenChunks);
}

export function sendChunkReply(state: RaftState, snapshotIndex: LogIndex, nextChunk: number): void {
  const { id: from, currentTerm: term } = state;
  const to = assertPresent(state.leaderId, 'a reply without a known leader');
  send(state, { type: 'InstallSnapshotReply', from, to, term, snapshotIndex, nextChunk });
}
