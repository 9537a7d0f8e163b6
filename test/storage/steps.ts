/** Random steps for level-store-property.test.ts, and the writes that they become. */

import fc from 'fast-check';
import {
  type DurableState,
  type Entry,
  type LogBase,
  type LogIndex,
  nodeId,
  type Persist,
  type Term,
} from '../../src/raft/index.js';
import { logWrite, snapshotWrites } from './fixtures.js';

/** A step of a test. Its numbers are scaled to fit the state of the store. */
export type Step =
  | Append
  | Vote
  | Snapshot
  /** Writes the next chunk of the snapshot under way. */
  | { readonly type: 'chunk' }
  | { readonly type: 'reopen' | 'kill' | 'lie' | 'endLie' | 'loseLies' };

export interface Append {
  readonly type: 'append';
  readonly from: number;
  readonly raise: number;
  readonly data: readonly string[];
}

export interface Vote {
  readonly type: 'vote';
  readonly raise: number;
  readonly votedFor: string | null;
}

/** Begins a snapshot, of this node within its log, or of a leader perhaps beyond its end. */
export interface Snapshot {
  readonly type: 'snapshot';
  readonly isLeaders: boolean;
  readonly at: number;
  readonly keptPart: number;
  readonly pieces: readonly string[];
}

const part = fc.double({ min: 0, max: 1, noNaN: true });
const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const data = fc.oneof(
  { weight: 9, arbitrary: fc.string({ unit: byte, maxLength: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom('x'.repeat(140_000), 'y'.repeat(300_000)) },
);
const raise = fc.integer({ min: 0, max: 2 });
export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('append' as const),
      from: part,
      raise,
      data: fc.array(data, { maxLength: 6 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('vote' as const),
      raise,
      votedFor: fc.constantFrom('n1', 'n2', null),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('snapshot' as const),
      isLeaders: fc.boolean(),
      at: part,
      keptPart: part,
      pieces: fc.array(fc.string({ unit: byte, minLength: 1, maxLength: 40 }), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
  },
  { weight: 9, arbitrary: fc.constant({ type: 'chunk' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constantFrom('reopen' as const, 'kill', 'lie', 'endLie', 'loseLies'),
    }),
  },
);

/** Returns a write that appends to the log, or replaces it from an index after `committed` on. */
export function toAppend(state: DurableState, committed: number, next: Append): Persist {
  const currentTerm = (state.hardState.currentTerm + next.raise) as Term;
  const lastIndex = state.base.index + state.entries.length;
  const keptPart = next.from < 0.5 ? 1 : next.from * 2 - 1;
  const first = committed + 1 + Math.floor(keptPart * (lastIndex - committed));
  const entries = next.data.map(
    (data, at): Entry => ({
      index: (first + at) as LogIndex,
      term: currentTerm,
      kind: data === '' ? 'noop' : 'command',
      data,
    }),
  );
  return logWrite(next.raise > 0 ? { currentTerm, votedFor: null } : null, entries);
}

export function toVote(state: DurableState, next: Vote): Persist {
  const currentTerm = (state.hardState.currentTerm + next.raise) as Term;
  const votedFor = next.votedFor === null ? null : nodeId(next.votedFor);
  return logWrite({ currentTerm, votedFor }, []);
}

/** Returns the writes of a snapshot; none when the log holds nothing new. */
export function toSnapshot(state: DurableState, next: Snapshot): Persist[] {
  const { snapshot, base, entries, hardState } = state;
  const lastIndex = base.index + entries.length;
  const reach = lastIndex - snapshot.index + (next.isLeaders ? 5 : 0);
  if (reach === 0) return [];
  const index = snapshot.index + 1 + Math.floor(next.at * (reach - 1));
  if (next.isLeaders) {
    return snapshotWrites(baseAt(state, index, hardState.currentTerm), next.pieces);
  }
  const baseIndex = base.index + Math.floor(next.keptPart * (index - base.index));
  const at = baseAt(state, index, hardState.currentTerm);
  return snapshotWrites(at, next.pieces, baseAt(state, baseIndex, base.term));
}

function baseAt({ entries }: DurableState, index: number, otherwise: Term): LogBase {
  const term = entries.find((entry) => entry.index === index)?.term ?? otherwise;
  const configuration = { voters: [nodeId(`n${index}`)], learners: [] };
  return { index: index as LogIndex, term, configuration };
}
