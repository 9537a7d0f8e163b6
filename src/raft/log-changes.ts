/**
 * The changes of a node's log and commitIndex that have consequences beyond the log: disk progress,
 * events, and the safety of committed entries. Compaction is in snapshot.ts; the log itself in
 * log.ts.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import { assert } from '../base/index.js';
import type { RaftState } from './state.js';
import { type Entry, type LogIndex, maxIndex, minIndex, predecessor } from './types.js';

/** Appends an entry. A configuration is in force as soon as it is in the log (4.1). */
export function appendEntry(state: RaftState, entry: Entry): void {
  state.log.append(entry);
  if (entry.kind === 'configuration') emitConfigurationChanged(state);
}

export function emitConfigurationChanged({ log, events }: RaftState): void {
  const { voters, learners } = log.configuration;
  events.push({ type: 'configurationChanged', index: log.configurationIndex, voters, learners });
}

/**
 * Removes the entries from `index` on, because they conflict with the leader's log (3.5).
 * @throws {LetoError} LETO_ASSERTION when one of them is committed.
 */
export function truncateFrom(state: RaftState, index: LogIndex): void {
  assert(index > state.commitIndex, 'a committed entry is truncated', index, state.commitIndex);
  const last = state.log.lastIndex;
  const { configurationIndex } = state.log;
  state.log.truncateFrom(index);
  state.durable.lastIndex = minIndex(state.durable.lastIndex, predecessor(index));
  const writing = state.durable.writing;
  if (writing) writing.lastIndex = minIndex(writing.lastIndex, predecessor(index));
  state.events.push({ type: 'truncated', from: index, to: last });
  if (state.log.configurationIndex !== configurationIndex) emitConfigurationChanged(state);
}

/** Raises commitIndex to `index`, never lowers it: every future leader has these entries (3.6). */
export function commitThrough(state: RaftState, index: LogIndex): void {
  assert(index <= state.log.lastIndex, 'commitIndex is past the log', index, state.log.lastIndex);
  state.commitIndex = maxIndex(state.commitIndex, index);
}
