import assert from 'node:assert/strict';
import { mock, type TestContext, test } from 'node:test';
import type { FromNode, NodeEvent, NodeReport } from '../../src/control/index.js';
import { Reporter } from '../../src/node/telemetry/reporter.js';
import type { Term } from '../../src/raft/index.js';
import { report } from '../control/fixtures.js';

const warned: NodeEvent = { type: 'warned', reason: 'the reason' };

/** A reporter of a node that stands as the test says; what it posts is kept. */
function reporting(t: TestContext) {
  mock.timers.enable({ apis: ['setInterval'] });
  t.after(() => mock.timers.reset());
  const posts: FromNode[] = [];
  const node = { report: report({}) };
  const reporter = new Reporter(
    (message) => posts.push(message),
    () => node.report,
    () => 5,
  );
  return { posts, node, reporter };
}

function reported(next: NodeReport): FromNode {
  return { type: 'report', report: next };
}

test('a node reports when it starts', (t) => {
  const { posts, node, reporter } = reporting(t);
  reporter.start();
  assert.deepEqual(posts, [reported(node.report)]);
});

test('a node that has changed reports every 100 ms at most', (t) => {
  const { posts, node, reporter } = reporting(t);
  reporter.start();
  for (const keys of [1, 2, 3]) {
    node.report = report({ keys });
    mock.timers.tick(33);
  }
  assert.equal(posts.length, 1);
  mock.timers.tick(1);
  assert.deepEqual(posts[1], reported(report({ keys: 3 })));
  assert.equal(posts.length, 2);
});

test('a node that has not changed says nothing', (t) => {
  const { posts, node, reporter } = reporting(t);
  reporter.start();
  node.report = { ...node.report };
  mock.timers.tick(10_000);
  assert.equal(posts.length, 1);
});

test('events go out at once, and with them how the node stands now', (t) => {
  const { posts, node, reporter } = reporting(t);
  reporter.start();
  posts.length = 0;
  node.report = report({ term: 3 as Term });
  reporter.reportEvents([warned]);
  assert.deepEqual(posts, [{ type: 'events', events: [warned], atMs: 5 }, reported(node.report)]);
});

test('an event that changes nothing goes out alone, and no event is nothing', (t) => {
  const { posts, reporter } = reporting(t);
  reporter.start();
  posts.length = 0;
  reporter.reportEvents([warned]);
  reporter.reportEvents([]);
  assert.deepEqual(posts, [{ type: 'events', events: [warned], atMs: 5 }]);
});

test('after stop nothing is reported any more', (t) => {
  const { posts, node, reporter } = reporting(t);
  reporter.start();
  reporter.stop();
  node.report = report({ keys: 9 });
  mock.timers.tick(10_000);
  assert.equal(posts.length, 1);
});

test('an election timer alone is told only to those who watch', (t) => {
  const { posts, node, reporter } = reporting(t);
  reporter.start();
  const waiting = (leftMs: number) => report({ electionTimer: { leftMs, timeoutMs: 400 } });
  node.report = waiting(300);
  mock.timers.tick(1000);
  assert.equal(posts.length, 1);
  reporter.isWatched = true;
  mock.timers.tick(100);
  node.report = waiting(200);
  mock.timers.tick(100);
  assert.deepEqual(posts.slice(1), [reported(waiting(300)), reported(waiting(200))]);
});
