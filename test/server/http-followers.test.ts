import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { type TestContext, test } from 'node:test';
import { n1 } from '../raft/node.js';
import { HttpNode, replyTo } from './http-node.js';
import { startCluster, startElected, type TestCluster } from './test-cluster.js';
import { startLeader } from './test-node.js';

const notLeader = 'raft.Server: Not current leader';

/** Starts an HTTP server for each node; each knows the addresses of the others. */
async function httpOf(t: TestContext, cluster: TestCluster) {
  const [a, b, c] = cluster.nodes;
  const https = [
    await HttpNode.start(t, a),
    await HttpNode.start(t, b),
    await HttpNode.start(t, c),
  ] as const;
  for (const { server } of https) {
    for (const [at, { id }] of cluster.nodes.entries()) {
      server.addresses.set(id, { host: '127.0.0.1', port: https[at]?.port ?? 0 });
    }
  }
  return https;
}

test('a follower redirects a write to the same URL on the leader, with the text of raftd', async (t) => {
  const [leader, follower] = await httpOf(t, await startElected(t));
  for (const [line, path] of [
    ['POST /db/a%20b?x=%2F', '/db/a%20b?x=%2F'],
    ['PUT /db/a', '/db/a'],
    ['DELETE /db/a', '/db/a'],
    ['GET /set?key=a&value=b', '/set?key=a&value=b'],
    ['POST /set?key=a&value=b', '/set?key=a&value=b'],
  ] as const) {
    const { status, headers, text } = await follower.ask(line, 'value');
    assert.deepEqual([line, status, text], [line, 307, notLeader]);
    assert.equal(headers.location, `http://127.0.0.1:${leader.port}${path}`);
  }
});

test('a leader without HTTP is reported with 503 and the flag to set', async (t) => {
  const [, follower] = await httpOf(t, await startElected(t));
  follower.server.addresses.clear();
  const { status, headers, text } = await follower.ask('POST /db/a', 'value');
  assert.deepEqual([status, headers.location], [503, undefined]);
  assert.equal(text, `${notLeader}: the leader n1 serves no HTTP; start it with --http-port`);
  assert.equal((await follower.ask('GET /healthz')).status, 200);
});

test('a write that follows the redirection reaches every node', async (t) => {
  const nodes = await httpOf(t, await startElected(t));
  const url = `http://localhost:${nodes[1].port}/db/%E2%98%83`;
  const body = 'a snowman: ☃';
  const { status } = await fetch(url, { method: 'POST', body, redirect: 'follow' });
  assert.equal(status, 200);
  for (const node of nodes) assert.equal((await node.ask('GET /db/%E2%98%83')).text, body);
  const removed = await fetch(url, { method: 'DELETE', redirect: 'follow' });
  assert.equal(removed.status, 200);
});

test('a follower answers Expect: 100-continue with the redirection, before the value is sent', async (t) => {
  const [leader, follower] = await httpOf(t, await startElected(t));
  const headers = { expect: '100-continue', 'content-length': 5 };
  const options = { host: '127.0.0.1', method: 'PUT', path: '/db/a', headers, agent: false };
  const refused = request({ ...options, port: follower.port });
  refused.flushHeaders();
  refused.once('continue', () => assert.fail('a follower asks for the body'));
  assert.equal((await replyTo(refused)).status, 307);
  const taken = request({ ...options, port: leader.port });
  taken.flushHeaders();
  await once(taken, 'continue');
  taken.end('value');
  assert.equal((await replyTo(taken)).status, 200);
  assert.equal((await follower.ask('GET /db/a')).text, 'value');
});

test('without a leader all but relaxed reads is refused, and the node is unhealthy', async (t) => {
  const cluster = await startCluster(t);
  const [http] = await httpOf(t, cluster);
  for (const line of ['POST /db/a', 'DELETE /db/a', 'GET /set?key=a&value=b']) {
    const { status, headers, text } = await http.ask(line, 'x');
    assert.deepEqual([line, status, text], [line, 503, notLeader]);
    assert.equal(headers.location, undefined);
  }
  const [{ status, text }] = await Promise.all([
    http.ask('GET /db/a'),
    cluster.nodes[0].until(() => {
      cluster.nodes[0].clock.advance(1000);
      return cluster.nodes[0].clock.nowMs > 60_000;
    }),
  ]);
  assert.deepEqual([status, text], [503, notLeader]);
  assert.equal((await http.ask('GET /get?key=a&relaxed=true')).status, 404);
  const health = await http.ask('GET /healthz');
  assert.deepEqual([health.status, health.text], [503, 'no leader']);
});

test('a relaxed read is served by this node and may be stale', async (t) => {
  const cluster = await startElected(t);
  const [leader, , last] = await httpOf(t, cluster);
  await leader.ask('PUT /db/a', 'old');
  assert.equal((await last.ask('GET /get?key=a')).text, 'old');
  const [, , lagging] = cluster.nodes;
  cluster.isolate(lagging.id);
  await leader.ask('PUT /db/a', 'new');
  assert.equal((await last.ask('GET /get?key=a&relaxed=true')).text, 'old');
  assert.equal((await leader.ask('GET /get?key=a')).text, 'new');
});

test("reads use the node's read mode", async (t) => {
  const cluster = await startElected(t, { settings: { reads: 'local' } });
  const [, follower] = await httpOf(t, cluster);
  cluster.loses = () => true;
  assert.equal((await follower.ask('GET /db/a')).status, 404);
});

test('a write that no quorum confirms in time is answered with 504', async (t) => {
  const cluster = await startElected(t, { raft: { checkQuorum: false } });
  const [http] = await httpOf(t, cluster);
  const [leader] = cluster.nodes;
  cluster.loses = () => true;
  const { lastIndex } = leader.replica.raftState.log;
  const asked = http.ask('POST /db/a', 'x');
  await leader.until(() => leader.replica.raftState.log.lastIndex > lastIndex);
  leader.clock.advance(5000);
  const { status, text } = await asked;
  assert.equal(status, 504);
  assert.equal(text, 'UNCERTAIN no quorum answered in time: the write may or may not happen');
});

test('a write whose leader steps down is answered with 504', async (t) => {
  const cluster = await startElected(t);
  const [http] = await httpOf(t, cluster);
  const [leader] = cluster.nodes;
  cluster.isolate(n1);
  const asked = http.ask('POST /db/a', 'x');
  await leader.until(() => leader.replica.raftState.log.lastIndex === 2);
  leader.clock.advance(1000);
  const { status, text } = await asked;
  const reason = 'UNCERTAIN leadership lost while committing log';
  assert.deepEqual([status, text], [504, `${reason}: the write may or may not happen`]);
});

test('writes beyond the limit of uncommitted bytes are refused with 503', async (t) => {
  const cluster = await startElected(t, { raft: { uncommittedBytesMax: 100 } });
  const [http] = await httpOf(t, cluster);
  const [leader] = cluster.nodes;
  cluster.isolate(n1);
  const waits = http.ask('POST /db/a', 'x'.repeat(100));
  await leader.until(() => leader.replica.raftState.log.lastIndex === 2);
  const { status, text, headers } = await http.ask('POST /db/b', 'x');
  assert.equal(status, 503);
  assert.match(text, /^BUSY too many writes are waiting for a quorum; this one will not happen/);
  assert.equal(headers.location, undefined);
  leader.clock.advance(1000);
  assert.equal((await waits).status, 504);
});

test('a write beyond the memory limit is refused with 507 and the text of Redis', async (t) => {
  const http = await HttpNode.start(t, await startLeader(t, { settings: { maxMemoryBytes: 100 } }));
  assert.equal((await http.ask('PUT /db/a', 'x'.repeat(200))).status, 200);
  const { status, text } = await http.ask('PUT /db/b', 'x');
  assert.equal(status, 507);
  assert.equal(text, "OOM command not allowed when used memory > 'maxmemory'.");
  assert.equal((await http.ask('DELETE /db/a')).status, 200);
  assert.equal((await http.ask('PUT /db/b', 'x')).status, 200);
});
