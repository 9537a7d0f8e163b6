/** Tests of the Markdown report of a lesson. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type LessonEvent,
  renderLessonReport,
  type TimedLessonEvent,
} from '../../src/lesson/index.js';
import { nodeId } from '../../src/raft/index.js';

function timed(events: readonly LessonEvent[]): TimedLessonEvent[] {
  return events.map((event, at) => ({ at: `2000-01-01T12:00:0${at}.000Z`, ...event }));
}

const firstEvents: readonly LessonEvent[] = [
  {
    type: 'lesson',
    name: 'first-write',
    title: 'What happens to a write?',
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

const head = `# What happens to a write?

A majority is enough. (Ongaro's dissertation, 3.5)

Lesson \`first-write\`, 2 steps, started at 2000-01-01T12:00:00.000Z on a cluster of n1 at 127.0.0.1:5379, n2 at 127.0.0.1:5380.

## Step 1

Write. See it.

    $ redis-cli -p 5379 set a 1
    OK
    (there is no leader now; retrying)

Done by the program at 2000-01-01T12:00:05.000Z.

**Evidence:** n1 and n2 hold it.
`;

test('a report shows each step, its commands and replies, and the evidence, with times', () => {
  const outcome = {
    type: 'done',
    promises: ['each term had at most one leader', 'no node went back'],
  } as const;
  const end = `
## What held throughout

- each term had at most one leader
- no node went back

The last step was completed at 2000-01-01T12:00:06.000Z.
`;
  assert.equal(renderLessonReport(timed([...firstEvents, { type: 'end', outcome }])), head + end);
});

test('the report of an unfinished lesson says where it ended', () => {
  const outcome = { type: 'stopped', why: 'stopped in step 2 of 2' } as const;
  const end = `
## Not finished

The lesson ended at 2000-01-01T12:00:06.000Z: stopped in step 2 of 2.
`;
  assert.equal(renderLessonReport(timed([...firstEvents, { type: 'end', outcome }])), head + end);
});
