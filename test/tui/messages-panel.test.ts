import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageLines } from '../../src/tui/messages-panel.js';
import { noteRuns } from '../../src/tui/note-runs.js';
import { healthy } from './fixtures.js';
import { checkPictures, noteOf, rateOf, sceneOf, textOf, timerOf } from './panel-fixtures.js';

const append = noteOf('n1', 'n2', 'AppendEntries', 'prev 12 (term 3), 2 entries, commit 11');
const notes = [
  noteOf('n3', 'n2', 'PreVote', 'last 12 (term 3)'),
  noteOf('n2', 'n3', 'PreVoteReply', 'granted'),
  append,
  { ...append, to: append.from, from: append.to, isLost: true },
  noteOf('n2', 'n1', 'AppendEntriesReply', 'match 14'),
  noteOf('n2', 'n1', 'InstallSnapshotReply', 'next is chunk 3 of the snapshot at 1000'),
];

const beat = (to: string) =>
  noteOf('n1', to, 'AppendEntries', 'heartbeat, prev 14 (term 4), commit 14');
const answer = (from: string) => noteOf(from, 'n1', 'AppendEntriesReply', 'match 14');
const round = [beat('n2'), beat('n3'), answer('n2'), answer('n3')];
const rounds = Array.from({ length: 40 }, () => round).flat();

test('messages are shown one by one, the newest at the bottom', () => {
  const scene = sceneOf({ ...healthy(), notes, rates: [rateOf('n1', 'n2', 3)] });
  checkPictures('messages-few', messageLines, scene, 9);
});

test('when there are many, heartbeats are counted and new messages listed', () => {
  const view = { ...healthy(), notes: [...rounds, ...notes], rates: [rateOf('n1', 'n2', 840)] };
  checkPictures('messages-many', messageLines, sceneOf(view), 14);
});

test('while time is stopped, held events are on top', () => {
  const held = [
    { type: 'message' as const, node: append.to, message: append },
    timerOf('n1', 120),
    timerOf('n3', 1300),
  ];
  const scene = sceneOf({ ...healthy(), speed: 0, notes, held }, { focus: 'messages' });
  checkPictures('messages-held', messageLines, scene, 12);
});

test('held events that do not fit are counted', () => {
  const held = Array.from({ length: 20 }, (_, at) => timerOf('n2', at));
  const lines = textOf(messageLines(sceneOf({ ...healthy(), speed: 0, held }), 80, 6)).split('\n');
  assert.deepEqual(lines.slice(1), [
    'time is stopped: n runs the first of these',
    '  next  n2  timer expires in 0 ms',
    '        n2  timer expires in 1 ms',
    '        n2  timer expires in 2 ms',
    '        and 17 more',
  ]);
});

test('without held events the panel says so', () => {
  const lines = textOf(messageLines(sceneOf({ ...healthy(), speed: 0 }), 80, 9));
  assert.match(lines, /time is stopped: nothing is held/);
});

test('scrolling back shows older messages, and the heading says how far', () => {
  const scene = sceneOf({ ...healthy(), notes }, { scroll: { messages: 2 } });
  const lines = textOf(messageLines(scene, 120, 3)).split('\n');
  assert.match(lines[0] ?? '', /^ 4 messages: 0 per second, 2 messages back/);
  assert.match(lines[1] ?? '', /AppendEntries .* 2 entries/);
  assert.match(lines[2] ?? '', /✂ lost/);
});

test('control characters in details do not corrupt the screen', () => {
  const evil = noteOf('n1', 'n2', 'AppendEntries', 'a\n\x1b[2Jb');
  const lines = textOf(messageLines(sceneOf({ ...healthy(), notes: [evil] }), 80, 3));
  assert.match(lines, /term 4 {2}a \[2Jb$/);
});

test('repeated messages of a link are one run, at its first message', () => {
  const runs = noteRuns([beat('n3'), beat('n2'), ...round, append, beat('n2'), ...round]);
  const told = runs.map(({ note, count }) => [note.from, note.to, note.details.slice(0, 9), count]);
  assert.deepEqual(told, [
    ['n1', 'n2', 'heartbeat', 2],
    ['n1', 'n3', 'heartbeat', 3],
    ['n2', 'n1', 'match 14', 2],
    ['n3', 'n1', 'match 14', 2],
    ['n1', 'n2', 'prev 12 (', 1],
    ['n1', 'n2', 'heartbeat', 2],
  ]);
});

test('the order of runs does not depend on where the sample begins', () => {
  const kept = [0, 1, 2, 3].map((at) => noteRuns(rounds.slice(at, at + 80)));
  for (const runs of kept) assert.deepEqual(runs, kept[0]);
});
