import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClusterEvent } from '../../src/control/index.js';
import { eventRuns } from '../../src/tui/event-runs.js';
import { eventLines } from '../../src/tui/events-panel.js';
import { healthy, makeEvent } from './fixtures.js';
import { cutLink, sceneOf, textOf } from './panel-fixtures.js';

const asks = (second: number, node: string) =>
  makeEvent(second, node, 'becamePreCandidate', { term: 2 });
const cutEvent = (second: number, from: string, to: string) =>
  makeEvent(second, null, 'linkChanged', { ...cutLink(from, to), oneWay: false });

function linesOf(events: readonly ClusterEvent[]): string[] {
  return textOf(eventLines(sceneOf({ ...healthy(), events }), 140, 9))
    .split('\n')
    .slice(1);
}

test('repeated events of two nodes are one line each, with their count and latest time', () => {
  const events = [1, 2, 3].flatMap((second) => [asks(second, 'n1'), asks(second, 'n2')]);
  assert.deepEqual(linesOf([...events, makeEvent(4, 'n3', 'killed')]), [
    '03:04:01 n1 hears from no leader and asks if it could win (PreVote, term 2) ×3, latest 03:04:03',
    '03:04:01 n2 hears from no leader and asks if it could win (PreVote, term 2) ×3, latest 03:04:03',
    '03:04:04 n3 was killed',
  ]);
});

test('an event that repeats after another one of its node is a new run', () => {
  const campaigns = makeEvent(2, 'n1', 'becameCandidate', { term: 3 });
  const runs = eventRuns([asks(1, 'n1'), campaigns, asks(3, 'n1')], '');
  assert.deepEqual(
    runs.map(({ count }) => count),
    [1, 1, 1],
  );
});

test('links that change alike are one event until something else happens', () => {
  const events = [
    cutEvent(1, 'n1', 'n2'),
    cutEvent(1, 'n1', 'n3'),
    asks(2, 'n1'),
    cutEvent(3, 'n2', 'n3'),
  ];
  assert.deepEqual(linesOf(events), [
    '03:04:01 the link between n1 and n2 is cut; same for 1 more link',
    '03:04:02 n1 hears from no leader and asks if it could win (PreVote, term 2)',
    '03:04:03 the link between n2 and n3 is cut',
  ]);
});

test('scrolling reaches the oldest event, even if long ones follow it', () => {
  const ready = makeEvent(2, null, 'ready');
  const events = [makeEvent(1, 'n1', 'started'), ready, makeEvent(3, 'n2', 'killed')];
  const scene = sceneOf({ ...healthy(), events }, { scroll: { events: 99 } });
  assert.match(textOf(eventLines(scene, 60, 4)), /\n03:04:01 n1 started\n03:04:02 cluster ready/);
});

test('only events that match the filter are counted', () => {
  const events = [asks(1, 'n1'), makeEvent(2, 'n1', 'paused'), asks(3, 'n1')];
  assert.equal(eventRuns(events, 'no LEADER')[0]?.count, 2);
});

test('a filter is not a regular expression, so none is slow', () => {
  const reason = `${'a'.repeat(50)}!`;
  assert.deepEqual(eventRuns([makeEvent(1, 'n1', 'crashed', { reason })], '(a+)+$'), []);
});
