/**
 * THE ORDER CONTRACT: what may leave a node, and when. The rest of the folder only decides;
 * everything that reaches the disk, the network or the state machine passes `drainReady` here.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import { assert } from '../base/index.js';
import type { RaftEvent } from './events.js';
import type { Message } from './messages.js';
import { hardStateOf, isDurable, isHardStateDurable } from './outbox.js';
import type { Persist } from './persist.js';
import { recordChunkWritten, takeSnapshotPersist } from './snapshot.js';
import type { ChunkRequest, OutgoingMessage, RaftState, ReadResult } from './state.js';
import { type Entry, type LogIndex, successor } from './types.js';

/**
 * All that the caller has to do after one turn, under these rules (3.8, and Figure 3.1: "updated on
 * stable storage before responding"):
 *
 * 1. A message leaves once the term and the vote under which it was made are durable. A message of
 *    an older term does not leave at all.
 * 2. An AppendEntriesReply claims a `matchIndex` no higher than the last durable entry.
 * 3. A leader's AppendEntries does not wait for the leader's own write, and the leader counts
 *    itself only for what its disk holds (10.2.1). So a committed entry is durable on a majority.
 * 4. An entry goes to the state machine, and from there to a client, only once it is committed.
 * 5. One write is in flight at a time. What gathers meanwhile becomes the next one (group commit).
 */
export interface Ready {
  /**
   * The write to do as one atomic, synced batch. `Raft.persisted` must confirm it before the next.
   */
  readonly persist: Persist | null;
  /** The messages to send now. */
  readonly messages: readonly Message[];
  /** The newly committed entries, in the order of the log, each once in a node's life. */
  readonly committed: readonly Entry[];
  readonly readResults: readonly ReadResult[];
  /** Each is answered by `Raft.sendChunk`, from the snapshot in force on the disk. */
  readonly chunkRequests: readonly ChunkRequest[];
  readonly events: readonly RaftEvent[];
}

/** Empties the queues of the state. It decides nothing; `Raft.drainReady` does so first. */
export function drainReady(state: RaftState): Ready {
  return {
    persist: takePersist(state),
    messages: takeMessages(state),
    committed: takeCommitted(state),
    readResults: state.readResults.splice(0),
    chunkRequests: state.chunkRequests.splice(0),
    events: state.events.splice(0),
  };
}

function takePersist(state: RaftState): Persist | null {
  const { durable, log, options } = state;
  if (durable.writing) return null;
  const hardState = isHardStateDurable(state) ? null : hardStateOf(state);
  const { staging } = state;
  const snapshot = takeSnapshotPersist(state);
  const entries = snapshot?.install
    ? []
    : log.slice(successor(durable.lastIndex), log.lastIndex, options.persistBytesMax);
  if (hardState === null && entries.length === 0 && snapshot === null) return null;
  durable.writing = {
    hardState: hardState ?? durable.hardState,
    lastIndex: entries.at(-1)?.index ?? durable.lastIndex,
    snapshot,
    staging: snapshot ? staging : null,
  };
  return { hardState, entries, snapshot };
}

/** Records that the write in flight is synced. */
export function recordPersisted(state: RaftState): void {
  const { writing } = state.durable;
  assert(writing !== null, 'a write is confirmed, but none is in flight');
  state.durable.hardState = writing.hardState;
  state.durable.lastIndex = writing.lastIndex;
  state.durable.writing = null;
  recordChunkWritten(state, writing);
}

function takeMessages(state: RaftState): Message[] {
  if (state.outbox.length === 0) return [];
  const messages: Message[] = [];
  const waiting: OutgoingMessage[] = [];
  for (const outgoing of state.outbox) {
    if (isDurable(state, outgoing.hardState)) messages.push(outgoing.message);
    else waiting.push(outgoing);
  }
  state.outbox.length = 0;
  state.outbox.push(...waiting);
  return messages;
}

function takeCommitted(state: RaftState): Entry[] {
  const { applyEntriesMax } = state.options;
  const last = Math.min(state.commitIndex, state.lastApplied + applyEntriesMax) as LogIndex;
  if (last === state.lastApplied) return [];
  const entries = state.log.slice(successor(state.lastApplied), last, Number.POSITIVE_INFINITY);
  state.lastApplied = last;
  return entries;
}
