/** States, entries and votes for the tests of the LogStore contract. */

import type {
  DurableState,
  Entry,
  HardState,
  LogBase,
  LogIndex,
  NodeId,
  Term,
} from '../../src/raft/index.js';

const beginning: LogBase = {
  index: 0 as LogIndex,
  term: 0 as Term,
  configuration: { voters: ['n1', 'n2', 'n3'] as NodeId[], learners: [] },
};

export const genesis: DurableState = {
  hardState: { currentTerm: 0 as Term, votedFor: null },
  snapshot: beginning,
  base: beginning,
  entries: [],
};

export function run(first: number, count: number, term: number, bytes = 0): Entry[] {
  return Array.from({ length: count }, (_, at) =>
    command(first + at, term, `${first + at}:${term}`.padEnd(bytes, '\x00\xff\r\n')),
  );
}

export function command(index: number, term: number, data: string): Entry {
  return { index: index as LogIndex, term: term as Term, kind: 'command', data };
}

export function noop(index: number, term: number): Entry {
  return { index: index as LogIndex, term: term as Term, kind: 'noop', data: '' };
}

export function vote(currentTerm: number, votedFor: string | null): HardState {
  return { currentTerm: currentTerm as Term, votedFor: votedFor as NodeId | null };
}

export function eachByte(): string {
  return String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));
}
