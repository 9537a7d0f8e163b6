import { assert, assertPresent, type ByteString, crc32cOfString } from '../base/index.js';
import { encodeConfiguration } from './configuration.js';
import { commitThrough, emitConfigurationChanged } from './log-changes.js';
import { send } from './outbox.js';
import type { SnapshotInstall, SnapshotPersist } from './persist.js';
import type { InflightWrite, RaftState, Staging } from './state.js';
import { type LogBase, type LogIndex, maxIndex, type NodeId } from './types.js';

/** A new server's log may begin before it knows its cluster: a snapshot there would name nobody. */
export function maySnapshot(state: Readonly<RaftState>): boolean {
  const { staging, lastApplied, snapshot, log } = state;
  if (staging !== null || lastApplied <= snapshot.index || isInstalling(state)) return false;
  return log.baseAt(lastApplied).configuration.voters.length > 0;
}

/**
 * 5: a snapshot takes the place of the log up to one index. It is written chunk by chunk beside the
 * one in force, and comes into force with its last chunk, in one atomic write.
 */
export function beginSnapshot(state: RaftState): LogBase {
  assert(state.staging === null, 'two snapshots at once');
  const snapshot = state.log.baseAt(state.lastApplied);
  state.staging = newStaging(snapshot, null);
  return snapshot;
}

export function newStaging(snapshot: LogBase, leaderId: NodeId | null): Staging {
  return { snapshot, leaderId, next: null, writtenChunks: 0, checksum: 0 };
}

/** Is there room for the next chunk of this node's own snapshot? */
export function wantsChunk({ staging, durable }: Readonly<RaftState>): boolean {
  if (!staging || staging.leaderId !== null) return false;
  return staging.next === null && durable.writing?.staging !== staging;
}

export function stageChunk(state: RaftState, data: ByteString, isLast: boolean): void {
  const staging = assertPresent(state.staging, 'a chunk of no snapshot');
  assert(wantsChunk(state), 'a chunk that nobody wants');
  staging.checksum = crc32cOfString(data, staging.checksum);
  staging.next = { number: staging.writtenChunks, data, checksum: staging.checksum, isLast };
}

/** The chunk that the next write carries, if one is due. */
export function takeSnapshotPersist(state: RaftState): SnapshotPersist | null {
  const { staging } = state;
  const chunk = staging?.next;
  if (!staging || !chunk) return null;
  if (!chunk.isLast) {
    staging.next = null;
    return { chunk, install: null };
  }
  if (!mayInstall(state, staging)) return null;
  staging.next = null;
  return { chunk, install: installOf(state, staging) };
}

/** No entry that was promised may go with the log, and no gap may open behind the snapshot. */
function mayInstall(state: RaftState, { snapshot, leaderId }: Staging): boolean {
  // A commit may be ahead of one's own disk (10.2.1): then the disk's log is to catch up first.
  if (leaderId === null) return state.durable.lastIndex >= snapshot.index;
  if (!isSnapshotRedundant(state, snapshot)) return true;
  state.staging = null;
  return false;
}

function installOf({ log, options }: RaftState, { snapshot, leaderId }: Staging): SnapshotInstall {
  if (leaderId !== null) return { snapshot, base: snapshot, keepsLog: false };
  const baseIndex = log.trailingBaseIndex(snapshot.index, options.trailingBytesMax);
  return { snapshot, base: log.baseAt(baseIndex), keepsLog: true };
}

/** A chunk is durable, and with the last one the snapshot is in force. */
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

/** 5.1: what follows a snapshot in the log stays if the log has the snapshot's last entry. */
function replaceLog(state: RaftState, snapshot: LogBase): void {
  const { log, durable } = state;
  const membersBefore = encodeConfiguration(log.configuration);
  if (log.matches(snapshot.index, snapshot.term)) log.compactTo(snapshot);
  else log.replaceWith(snapshot);
  // The disk holds no entry behind the snapshot any more.
  durable.lastIndex = snapshot.index;
  if (encodeConfiguration(log.configuration) !== membersBefore) emitConfigurationChanged(state);
  commitThrough(state, snapshot.index);
  if (state.lastApplied >= snapshot.index) return;
  state.lastApplied = snapshot.index;
  state.hasInstalledSnapshot = true;
}

/** What a log holds, or has committed, needs no snapshot (5.1). */
export function isSnapshotRedundant(
  { commitIndex, log }: RaftState,
  { index, term }: LogBase,
): boolean {
  return index <= commitIndex || log.matches(index, term);
}

/** The last chunk is on its way to the disk, and what the disk then holds is decided. */
export function isInstalling({ durable }: Readonly<RaftState>): boolean {
  return durable.writing?.snapshot?.install != null;
}

export function maybeSendChunkReply(state: RaftState, staging: Staging): void {
  if (staging.leaderId === null || staging.leaderId !== state.leaderId) return;
  sendChunkReply(state, staging.snapshot.index, staging.writtenChunks);
}

export function sendChunkReply(state: RaftState, snapshotIndex: LogIndex, nextChunk: number): void {
  const { id: from, currentTerm: term } = state;
  const to = assertPresent(state.leaderId, 'an answer to no leader');
  send(state, { type: 'InstallSnapshotReply', from, to, term, snapshotIndex, nextChunk });
}
