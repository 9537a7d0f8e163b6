import { assert } from '../base/index.js';
import type { RaftOptions } from './options.js';
import { beforeLog, type LogIndex, maxIndex, successor } from './types.js';

/**
 * probe: the leader does not know where the logs agree, and sends one AppendEntries at a time.
 * replicate: it knows, and streams entries ahead of the answers.
 * snapshot: what the peer needs is gone from the log, and it is sent a snapshot, chunk by chunk.
 */
export type ProgressMode = 'probe' | 'replicate' | 'snapshot';

/** What a leader knows of one peer (Figure 3.1), and what is under way to it. */
export interface Progress {
  mode: ProgressMode;
  nextIndex: LogIndex;
  matchIndex: LogIndex;
  /** In probe mode: a message is under way, wait for its answer or for the next heartbeat. */
  probeIsSent: boolean;
  /** The highest round that the peer has answered. */
  ackedRound: number;
  /** The highest round that has been sent to it. */
  sentRound: number;
  readonly inflight: Inflight[];
  inflightBytes: number;
  /** In snapshot mode. */
  sending: SnapshotProgress | null;
}

/** The chunk that a peer wants next, and when it was sent. */
export interface SnapshotProgress {
  readonly snapshotIndex: LogIndex;
  nextChunk: number;
  /** Null while the leader's own disk is asked for it. */
  sentAtMs: number | null;
}

interface Inflight {
  readonly lastIndex: LogIndex;
  readonly bytes: number;
}

/** 3.5: a new leader starts with nextIndex after the end of its own log. */
export function newProgress(lastIndex: LogIndex): Progress {
  return {
    mode: 'probe',
    nextIndex: successor(lastIndex),
    matchIndex: beforeLog,
    probeIsSent: false,
    ackedRound: 0,
    sentRound: 0,
    inflight: [],
    inflightBytes: 0,
    sending: null,
  };
}

export function becomeProbe(progress: Progress, nextIndex: LogIndex): void {
  assert(nextIndex > progress.matchIndex, 'nextIndex falls to matchIndex', nextIndex);
  progress.mode = 'probe';
  progress.nextIndex = nextIndex;
  progress.probeIsSent = false;
  clearInflight(progress);
}

/** 5: the next entry is gone, so the peer gets the snapshot that stands for it. */
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

export function isWindowFull(progress: Progress, options: RaftOptions): boolean {
  if (progress.mode === 'probe') return progress.probeIsSent;
  if (progress.mode === 'snapshot') return true;
  return (
    progress.inflight.length >= options.inflightMessagesMax ||
    progress.inflightBytes >= options.inflightBytesMax
  );
}

/** Entries up to `lastIndex` are under way. */
export function recordSent(progress: Progress, lastIndex: LogIndex, bytes: number): void {
  if (progress.mode === 'probe') {
    progress.probeIsSent = true;
    return;
  }
  progress.nextIndex = successor(lastIndex);
  progress.inflight.push({ lastIndex, bytes });
  progress.inflightBytes += bytes;
}

/** The peer holds everything up to `matchIndex`. */
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
