/**
 * A leader's knowledge of each peer, and the window of entries in flight to it (10.2.2). This is
 * bookkeeping only: replication.ts and snapshot-sending.ts decide what to send.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import { assert } from '../base/index.js';
import type { RaftOptions } from './options.js';
import { beforeLog, type LogIndex, maxIndex, successor } from './types.js';

/**
 * probe: the leader does not know where the logs agree, and sends one AppendEntries at a time.
 * replicate: the leader knows, and streams entries ahead of the replies.
 * snapshot: the entries that the peer needs are compacted away; it receives a snapshot in chunks.
 */
export type ProgressMode = 'probe' | 'replicate' | 'snapshot';

/** A leader's knowledge of one peer (Figure 3.1), and what is in flight to it. */
export interface Progress {
  mode: ProgressMode;
  nextIndex: LogIndex;
  matchIndex: LogIndex;
  /** True in probe mode, until the peer replies to the probe or the next heartbeat is due. */
  probeIsSent: boolean;
  /** The highest round that the peer has answered. */
  ackedRound: number;
  /**
   * The time of the last contact, as far as replies prove it (see contact.ts). It begins with the
   * leadership, or when the peer is added.
   */
  contactAtMs: number;
  /** The highest round that has been sent to it. */
  sentRound: number;
  readonly inflight: Inflight[];
  inflightBytes: number;
  /** Null unless in snapshot mode. */
  sending: SnapshotProgress | null;
}

/** Which chunks of a snapshot a peer has, and which are on the way. Times are virtual. */
export interface SnapshotProgress {
  readonly snapshotIndex: LogIndex;
  /** The number of chunks that are durable at the peer. */
  ackedChunks: number;
  /** When that number rose. -Infinity before the first time. */
  ackedAtMs: number;
  /** The chunk to read and send next. Those from `ackedChunks` up to it are in flight. */
  nextChunk: number;
  /** The number of chunks that may be in flight. */
  windowChunks: number;
  /** The number of all chunks. Null until the last one was read. */
  chunkCount: number | null;
  /** True while the leader reads a chunk from its own disk. */
  isReading: boolean;
  /** Since when a reply is awaited. Null while nothing is in flight. */
  waitingSinceMs: number | null;
  /** The last chunk from which all were sent again because of a gap. -1 before the first time. */
  repeatedFrom: number;
}

interface Inflight {
  readonly lastIndex: LogIndex;
  readonly bytes: number;
}

/** Returns a new leader's view of a peer, with nextIndex after the leader's own log (3.5). */
export function newProgress(lastIndex: LogIndex, nowMs: number): Progress {
  return {
    mode: 'probe',
    nextIndex: successor(lastIndex),
    matchIndex: beforeLog,
    probeIsSent: false,
    ackedRound: 0,
    contactAtMs: nowMs,
    sentRound: 0,
    inflight: [],
    inflightBytes: 0,
    sending: null,
  };
}

/** Enters probe mode, to find out where the logs agree. */
export function becomeProbe(progress: Progress, nextIndex: LogIndex): void {
  assert(nextIndex > progress.matchIndex, 'nextIndex is not past matchIndex', nextIndex);
  progress.mode = 'probe';
  progress.nextIndex = nextIndex;
  progress.probeIsSent = false;
  clearInflight(progress);
}

/** Returns the progress of a snapshot that is sent from its first chunk. */
export function newSnapshotProgress(snapshotIndex: LogIndex): SnapshotProgress {
  return {
    snapshotIndex,
    ackedChunks: 0,
    ackedAtMs: Number.NEGATIVE_INFINITY,
    nextChunk: 0,
    windowChunks: 1,
    chunkCount: null,
    isReading: false,
    waitingSinceMs: null,
    repeatedFrom: -1,
  };
}

/** Enters snapshot mode: the peer's next entry is compacted away (chapter 5). */
export function becomeSnapshot(progress: Progress, sending: SnapshotProgress): void {
  progress.mode = 'snapshot';
  progress.sending = sending;
  progress.probeIsSent = false;
  clearInflight(progress);
}

function clearInflight(progress: Progress): void {
  progress.inflight.length = 0;
  progress.inflightBytes = 0;
}

/** True when no more entries may be sent until the peer replies. Heartbeats are always sent. */
export function isWindowFull(progress: Progress, options: RaftOptions): boolean {
  if (progress.mode === 'probe') return progress.probeIsSent;
  if (progress.mode === 'snapshot') return true;
  return (
    progress.inflight.length >= options.inflightMessagesMax ||
    progress.inflightBytes >= options.inflightBytesMax
  );
}

/** Records that entries up to `lastIndex` were sent. */
export function recordSent(progress: Progress, lastIndex: LogIndex, bytes: number): void {
  if (progress.mode === 'probe') {
    progress.probeIsSent = true;
    return;
  }
  progress.nextIndex = successor(lastIndex);
  progress.inflight.push({ lastIndex, bytes });
  progress.inflightBytes += bytes;
}

/** Records that the peer durably holds the log up to `matchIndex`: from now on entries stream. */
export function recordMatch(progress: Progress, matchIndex: LogIndex): void {
  while (progress.inflight[0] !== undefined && progress.inflight[0].lastIndex <= matchIndex) {
    progress.inflightBytes -= progress.inflight[0].bytes;
    progress.inflight.shift();
  }
  if (progress.mode !== 'replicate') {
    progress.mode = 'replicate';
    progress.probeIsSent = false;
    progress.sending = null;
    progress.nextIndex = successor(maxIndex(matchIndex, progress.matchIndex));
  }
  if (progress.nextIndex <= matchIndex) progress.nextIndex = successor(matchIndex);
  progress.matchIndex = maxIndex(progress.matchIndex, matchIndex);
}
