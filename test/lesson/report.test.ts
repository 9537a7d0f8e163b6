import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type LessonEvent,
  renderLessonReport,
  type TimedLessonEvent,
} from '../../src/lesson/index.js';
import { nodeId } from '../../src/raft/index.js';

function timed(notes: readonly LessonEvent[]): TimedLessonEvent[] {
  return notes.map((note, at) => ({ at: `2000-01-01T12:00:0${at}.000Z`, ...note }));
}

const begun: readonly LessonEvent[] = [
  {
    type: 'lesson',
    name: 'first-write',
    title: 'What becomes of a write?',
    teaches: 'A majority is enough.',
    section: '3.5',
    steps: 2,
    nodes: ['n1', 'n2'].map((id, at) => ({ id: nodeId(id), port: 5379 + at })),
  },
  { type: 'step', number: 1, words: 'Write. See it.', commands: ['x'], isDoneHere: false },
  { type: 'did', command: 'redis-cli -p 5379 set a 1' },
  { type: 'reply', command: 'redis-cli -p 5379 set a 1', text: 'OK' },
  { type: 'trouble', message: 'there is no leader now' },
  { type: 'evidence', number: 1, by: 'program', text: 'n1 and n2 hold it' },
];

const head = `# What becomes of a write?

A majority is enough. (Ongaro's dissertation, 3.5)

Lesson \`first-write\`, 2 steps, begun at 2000-01-01T12:00:00.000Z on a cluster of n1 at 127.0.0.1:5379, n2 at 127.0.0.1:5380.

## Step 1

Write. See it.

    $ redis-cli -p 5379 set a 1
    OK
    (there is no leader now; it is tried again)

Done by the program at 2000-01-01T12:00:05.000Z.

**Evidence:** n1 and n2 hold it.
`;

test('a report shows each step, what was done and heard, and the evidence, with times', () => {
  const outcome = {
    type: 'done',
    promises: ['at most one leader a term', 'no term fell'],
  } as const;
  const end = `
## What held all the time

- at most one leader a term
- no term fell

All steps were done at 2000-01-01T12:00:06.000Z.
`;
  assert.equal(renderLessonReport(timed([...begun, { type: 'end', outcome }])), head + end);
});

test('a report of a lesson that was not finished says where it ended', () => {
  const outcome = { type: 'stopped', why: 'stopped in step 2 of 2' } as const;
  const end = `
## Not finished

It ended at 2000-01-01T12:00:06.000Z: stopped in step 2 of 2.
`;
  assert.equal(renderLessonReport(timed([...begun, { type: 'end', outcome }])), head + end);
});
