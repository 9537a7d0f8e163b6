import assert from 'node:assert/strict';
import { mock, type TestContext, test } from 'node:test';
import type { FromNode, NodeEvent, NodeReport } from '../../src/control/index.js';
import { Reporter } from '../../src/node/telemetry/reporter.js';
import type { Term } from '../../src/raft/index.js';
import { report } from '../control/fixtures.js';

const warned: NodeEvent = { type: 'warned', reason: 'the reason' };

/** Creates a reporter of a node whose state the test sets, and records its posts. */
function newReporter(t: TestContext) {
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
  const { posts, node, reporter } = newReporter(t);
  reporter.start();
  assert.deepEqual(posts, [reported(node.report)]);
});

test('a changing node reports at most every 100 ms', (t) => {
  const { posts, node, reporter } = newReporter(t);
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

test('an unchanged node sends no report', (t) => {
  const { posts, node, reporter } = newReporter(t);
  reporter.start();
  node.report = { ...node.report };
  mock.timers.tick(10_000);
  assert.equal(posts.length, 1);
});

test('events are sent at once, followed by the present state', (t) => {
  const { posts, node, reporter } = newReporter(t);
  reporter.start();
  posts.length = 0;
  node.report = report({ term: 3 as Term });
  reporter.reportEvents([warned]);
  assert.deepEqual(posts, [{ type: 'events', events: [warned], atMs: 5 }, reported(node.report)]);
});

test('an event without a change of state is sent alone, and no event sends nothing', (t) => {
  const { posts, reporter } = newReporter(t);
  reporter.start();
  posts.length = 0;
  reporter.reportEvents([warned]);
  reporter.reportEvents([]);
  assert.deepEqual(posts, [{ type: 'events', events: [warned], atMs: 5 }]);
});

test('nothing is reported after stop', (t) => {
  const { posts, node, reporter } = newReporter(t);
  reporter.start();
  reporter.stop();
  node.report = report({ keys: 9 });
  mock.timers.tick(10_000);
  assert.equal(posts.length, 1);
});

test('a change of the election timer alone is reported only while observed', (t) => {
  const { posts, node, reporter } = newReporter(t);
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
