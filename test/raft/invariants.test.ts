/** Every assertion of invariants.ts fails on a state that breaks it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogIndex, Progress, RaftState, Term } from '../../src/raft/index.js';
import { checkInvariants } from '../../src/raft/invariants.js';
import { truncateFrom } from '../../src/raft/log-changes.js';
import { appendEntries, appendEntriesReply } from './messages.js';
import { makeLeader, Node, n1, n2, n3 } from './node.js';

const index = (value: number) => value as LogIndex;
const term = (value: number) => value as Term;

/** Returns a follower of n2 in term 3, with three entries of which two are committed. */
function follower(): RaftState {
  const node = new Node({ log: [1, 2, 3] });
  node.step(appendEntries(n2, n1, 3, { prev: [3, 3], commit: 2 }));
  node.run();
  return node.state;
}

/** Returns the leader of term 4, with four entries. */
function leader(): RaftState {
  const node = new Node({ log: [1, 2, 3] });
  makeLeader(node);
  node.step(appendEntriesReply(n2, n1, 4, { match: 4 }));
  node.run();
  return node.state;
}

function progress({ leadership }: RaftState): Progress {
  const found = leadership?.progress.get(n2);
  assert.ok(found);
  return found;
}

const write = { snapshot: null, staging: null };
const hardState = { currentTerm: term(99), votedFor: null };

const impossible: readonly [
  what: string,
  start: () => RaftState,
  change: (state: RaftState) => void,
  message: RegExp,
][] = [
  [
    'lastApplied behind the snapshot',
    () => new Node({ base: { index: 5, term: 1 } }).state,
    (state) => {
      state.lastApplied = index(4);
    },
    /lastApplied is below the snapshot/,
  ],
  [
    'lastApplied past commitIndex',
    follower,
    (state) => {
      state.lastApplied = index(3);
    },
    /lastApplied is past commitIndex/,
  ],
  [
    'commitIndex past the log',
    follower,
    (state) => {
      state.commitIndex = index(4);
    },
    /commitIndex is past the log/,
  ],
  [
    'a log of a later term than the node',
    follower,
    (state) => {
      state.currentTerm = term(2);
    },
    /the log has a term above currentTerm/,
  ],
  [
    'more entries on the disk than in the log',
    follower,
    (state) => {
      state.durable.lastIndex = index(4);
    },
    /the disk is past the log/,
  ],
  [
    'a later term on the disk than in the node',
    follower,
    (state) => {
      state.durable.hardState = hardState;
    },
    /the disk has a term above currentTerm/,
  ],
  [
    'a write past the end of the log',
    follower,
    (state) => {
      state.durable.writing = { ...write, hardState: state.durable.hardState, lastIndex: index(4) };
    },
    /a write is past the log/,
  ],
  [
    'a write of a later term',
    follower,
    (state) => {
      state.durable.writing = { ...write, hardState, lastIndex: index(3) };
    },
    /a write has a term above currentTerm/,
  ],
  [
    'a follower with the state of a leader',
    follower,
    (state) => {
      state.leadership = leader().leadership;
    },
    /leadership does not match the role/,
  ],
  [
    'a leader without its state',
    leader,
    (state) => {
      state.leadership = null;
    },
    /leadership does not match the role/,
  ],
  [
    'a follower that names itself as the leader',
    follower,
    (state) => {
      state.leaderId = n1;
    },
    /leaderId does not match the role/,
  ],
  [
    'a leader that follows another',
    leader,
    (state) => {
      state.leaderId = n3;
    },
    /leaderId does not match the role/,
  ],
  [
    'a leader that voted for another',
    leader,
    (state) => {
      state.votedFor = n3;
    },
    /a leader did not vote for itself/,
  ],
  [
    'a candidate that has not voted for itself',
    () => new Node().state,
    (state) => {
      state.role = 'candidate';
    },
    /a candidate did not vote for itself/,
  ],
  [
    'a follower that knows its leader but has no follower state',
    follower,
    (state) => {
      state.following = null;
    },
    /following does not match the role/,
  ],
  [
    'a preCandidate that still follows',
    follower,
    (state) => {
      state.role = 'preCandidate';
    },
    /following does not match the role/,
  ],
  [
    'nextIndex at matchIndex',
    leader,
    (state) => {
      progress(state).nextIndex = index(4);
    },
    /nextIndex is not past matchIndex/,
  ],
  [
    'a matchIndex past the end of the log',
    leader,
    (state) => {
      progress(state).matchIndex = index(5);
      progress(state).nextIndex = index(6);
    },
    /matchIndex is past the log/,
  ],
  [
    'nextIndex past the end of the log',
    leader,
    (state) => {
      progress(state).nextIndex = index(6);
    },
    /nextIndex is past the log/,
  ],
];

for (const [what, start, change, message] of impossible) {
  test(`the node stops at an impossible state: ${what}`, () => {
    const state = start();
    checkInvariants(state);
    change(state);
    assert.throws(() => checkInvariants(state), { code: 'LETO_ASSERTION', message });
  });
}

test('the node stops at an impossible state: a committed entry is truncated (3.6) [R8]', () => {
  assert.throws(() => truncateFrom(follower(), index(2)), {
    code: 'LETO_ASSERTION',
    message: /a committed entry is truncated/,
  });
});

test('the invariants are checked with every Ready', () => {
  const node = new Node();
  (node.state as RaftState).commitIndex = index(9);
  assert.throws(() => node.take(), { code: 'LETO_ASSERTION' });
});
