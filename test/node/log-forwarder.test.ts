import assert from 'node:assert/strict';
import { mock, type TestContext, test } from 'node:test';
import type { FromNode, NodeEvent } from '../../src/control/index.js';
import { LogForwarder, linesPerIntervalMax } from '../../src/node/telemetry/log-forwarder.js';
import { n1, n2 } from '../raft/node.js';

function start(t: TestContext) {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.after(() => mock.timers.reset());
  const posts: string[][] = [];
  const forwarder = new LogForwarder(n1, (message: FromNode) => {
    if (message.type === 'lines') posts.push(message.lines.map(textOf));
  });
  return { posts, forwarder };
}

function textOf(line: string): string {
  const [, text] = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (.*)$/.exec(line) ?? [];
  assert.ok(text, line);
  return text;
}

const warned: NodeEvent = { type: 'warned', reason: 'so' };

test('lines about connections are sent together, every 100 ms', (t) => {
  const { posts, forwarder } = start(t);
  forwarder.observe({ type: 'clientConnected', client: 1, from: '127.0.0.1:9' });
  forwarder.observe({ type: 'clientDisconnected', client: 1 });
  forwarder.observe({ type: 'peerConnected', peer: n2 });
  forwarder.observe({ type: 'peerLost', peer: n2 });
  assert.deepEqual(posts, []);
  mock.timers.tick(100);
  assert.deepEqual(posts, [
    [
      "n1's client 1 connected from 127.0.0.1:9",
      "n1's client 1 disconnected",
      'n2 connected to n1',
      'n1 lost its connection to n2',
    ],
  ]);
});

test('an event is sent at once, after the lines before it', (t) => {
  const { posts, forwarder } = start(t);
  forwarder.observe({ type: 'clientDisconnected', client: 1 });
  forwarder.forwardEvents({ type: 'paused' });
  forwarder.forwardEvents({ type: 'events', events: [warned], atMs: 0 });
  assert.deepEqual(posts, [["n1's client 1 disconnected", 'n1 warns: so']]);
  mock.timers.tick(1000);
  assert.equal(posts.length, 1);
});

test('lines about connections beyond the limit are only counted; events are always sent', (t) => {
  const { posts, forwarder } = start(t);
  for (let client = 1; client <= 5000; client += 1)
    forwarder.observe({ type: 'clientDisconnected', client });
  forwarder.forwardEvents({ type: 'events', events: [warned], atMs: 0 });
  forwarder.observe({ type: 'clientDisconnected', client: 5001 });
  mock.timers.tick(100);
  assert.equal(posts[0]?.length, linesPerIntervalMax + 2);
  const omitted = 5000 - linesPerIntervalMax;
  assert.deepEqual(posts[0]?.slice(-2), ['n1 warns: so', `${omitted} more lines omitted`]);
  assert.deepEqual(posts[1], ['1 more lines omitted']);
  forwarder.observe({ type: 'clientDisconnected', client: 5002 });
  mock.timers.tick(100);
  assert.deepEqual(posts[2], ["n1's client 5002 disconnected"]);
});

test('a log forwarder does not ask for commands', (t) => {
  assert.equal(start(t).forwarder.wantsCommands, false);
});
