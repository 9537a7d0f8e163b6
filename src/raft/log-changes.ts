import { assert } from '../base/index.js';
import type { RaftState } from './state.js';
import { type Entry, type LogIndex, maxIndex, minIndex, predecessor } from './types.js';

/** A server uses the latest configuration in its log as soon as that is there (4.1). */
export function appendEntry(state: RaftState, entry: Entry): void {
  state.log.append(entry);
  if (entry.kind === 'configuration') emitConfigurationChanged(state);
}

export function emitConfigurationChanged({ log, events }: RaftState): void {
  const { voters, learners } = log.configuration;
  events.push({ type: 'configurationChanged', index: log.configurationIndex, voters, learners });
}

/** Removes the entries from `index` on, which no leader's log holds any more (3.5). */
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

/** `index` is committed: it will stay in every future leader's log (3.6). */
export function commitThrough(state: RaftState, index: LogIndex): void {
  assert(index <= state.log.lastIndex, 'commitIndex passes the log', index, state.log.lastIndex);
  state.commitIndex = maxIndex(state.commitIndex, index);
}
