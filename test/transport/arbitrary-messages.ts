/** Random messages of every type, for property tests of the wire format and the transports. */

import fc from 'fast-check';
import type {
  Entry,
  EntryKind,
  LeadershipProof,
  LogIndex,
  Message,
  Rejection,
  Term,
} from '../../src/raft/index.js';
import { receiver, sender } from './messages.js';

/** Objects with a null prototype would not be deeply equal to the ones that are read. */
const plain = { noNullPrototype: true } as const;

const term = fc.maxSafeNat() as fc.Arbitrary<Term>;
const index = fc.maxSafeNat() as fc.Arbitrary<LogIndex>;
const number = fc.maxSafeNat();

const data = fc
  .uint8Array({ maxLength: 300 })
  .map((bytes) => Buffer.from(bytes).toString('latin1'));

/** Entries without a gap, as Raft sends them, with arbitrary bytes as data. */
const entries: fc.Arbitrary<Entry[]> = fc
  .tuple(
    fc.integer({ min: 1, max: 2 ** 48 }),
    fc.array(
      fc.record(
        { term, kind: fc.constantFrom<EntryKind>('noop', 'command', 'configuration'), data },
        plain,
      ),
      {
        maxLength: 8,
      },
    ),
  )
  .map(([first, contents]) =>
    contents.map((content, at) => ({ index: (first + at) as LogIndex, ...content })),
  );

const rejection: fc.Arbitrary<Rejection> = fc.record(
  { prevLogIndex: index, conflictTerm: fc.option(term), conflictIndex: index },
  plain,
);

function message<T extends Message['type'], Body extends object>(
  type: T,
  body: fc.Arbitrary<Body>,
): fc.Arbitrary<Message> {
  return fc
    .tuple(term, body)
    .map(
      ([of, rest]) =>
        ({ type, from: sender, to: receiver, term: of, ...rest }) as unknown as Message,
    );
}

const members = fc.array(fc.constantFrom(sender, receiver), { maxLength: 3 });
const addresses = fc.dictionary(fc.stringMatching(/^[a-zé-]+$/), fc.string(), {
  minKeys: 1,
  maxKeys: 4,
  noNullPrototype: true,
});
const configuration = fc.record(
  { voters: members, learners: members, addresses },
  { ...plain, requiredKeys: ['voters', 'learners'] },
);

const lastLog = fc.record({ lastLogIndex: index, lastLogTerm: term });
const vote = fc.record({ voteGranted: fc.boolean() });

/** Keyed by type, so that a message type without an arbitrary does not compile. */
const arbitraries: { readonly [T in Message['type']]: fc.Arbitrary<Message> } = {
  PreVote: message('PreVote', lastLog),
  PreVoteReply: message('PreVoteReply', vote),
  RequestVote: message(
    'RequestVote',
    fc.record({ lastLogIndex: index, lastLogTerm: term, isTransfer: fc.boolean() }),
  ),
  RequestVoteReply: message('RequestVoteReply', vote),
  AppendEntries: message(
    'AppendEntries',
    fc.record({
      prevLogIndex: index,
      prevLogTerm: term,
      entries,
      leaderCommit: index,
      logTimeMs: fc.nat(),
      round: number,
    }),
  ),
  AppendEntriesReply: message(
    'AppendEntriesReply',
    fc.record({ round: number, matchIndex: index, rejection: fc.option(rejection) }),
  ),
  InstallSnapshot: message(
    'InstallSnapshot',
    fc.record({
      snapshot: fc.record({ index, term, configuration }, plain),
      chunk: fc.record(
        { number, data, checksum: fc.nat(2 ** 32 - 1), isLast: fc.boolean() },
        plain,
      ),
    }),
  ),
  InstallSnapshotReply: message(
    'InstallSnapshotReply',
    fc.record({ snapshotIndex: index, nextChunk: number }),
  ),
  TimeoutNow: message('TimeoutNow', fc.record({})),
  ReadIndex: message(
    'ReadIndex',
    fc.record({ readId: number, proof: fc.constantFrom<LeadershipProof>('round', 'lease') }),
  ),
  ReadIndexReply: message('ReadIndexReply', fc.record({ readId: number, index: fc.option(index) })),
};

export const messageArbitraries = Object.entries(arbitraries);

/** A message of any type from `sender` to `receiver`. */
export const anyMessage: fc.Arbitrary<Message> = fc.oneof(...Object.values(arbitraries));
