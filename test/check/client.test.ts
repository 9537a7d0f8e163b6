/** Tests of how a client finds the leader and probes writes. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../../src/base/prng.js';
import { Client } from '../../src/check/client.js';
import { HistoryRecorder } from '../../src/check/history-recorder.js';
import { RespAddresses } from '../../src/check/resp-addresses.js';
import { Workload } from '../../src/check/workload.js';
import { toStatus } from '../../src/control/index.js';
import { bulkReply, errorReply, okReply } from '../../src/kv/index.js';
import { clusterView, nodeView } from '../control/fixtures.js';
import { FakeNode } from './fake-node.js';

/** Runs one client until it has performed `count` operations. */
async function runUntil(count: number, nodes: readonly FakeNode[], probesWrites: boolean) {
  const recorder = new HistoryRecorder();
  const stopping = new AbortController();
  const add = recorder.add.bind(recorder);
  recorder.add = (operation) => {
    add(operation);
    if (recorder.history.length >= count) stopping.abort();
  };
  const addresses = new RespAddresses();
  const views = nodes.map(({ address }, at) => nodeView(`n${at + 1}`, { respPort: address.port }));
  const status = async () => toStatus({ ...clusterView(), nodes: views }, 0);
  await addresses.refresh({ status, dispatch: async () => {}, onEvent: () => {} });
  const workload = new Workload(1, '');
  const options = { nodes: addresses, workload, recorder, prng: new Prng(1), probesWrites };
  await new Client(options).run(stopping.signal);
  return recorder;
}

function isWrite([name]: readonly string[]): boolean {
  return name !== 'GET';
}

test('a client that learns the address of the leader writes there from then on', async () => {
  await using leader = await FakeNode.listen(() => okReply);
  const { host, port } = leader.address;
  const redirect = errorReply(`not leader, leader is n1 at ${host}:${port}`);
  const follow = (args: string[]) => (isWrite(args) ? redirect : bulkReply('v'));
  await using follower = await FakeNode.listen(follow);
  // The client knows only the follower at first.
  await runUntil(60, [follower], false);
  assert.equal(follower.commands.filter(isWrite).length, 1);
  assert.ok(leader.commands.length > 5);
  assert.ok(leader.commands.every(isWrite));
});

test('a client reads on all nodes', async () => {
  await using one = await FakeNode.listen(() => okReply);
  await using other = await FakeNode.listen(() => okReply);
  await runUntil(60, [one, other], false);
  for (const node of [one, other]) assert.ok(node.commands.some(([name]) => name === 'GET'));
});

test('a probe reads each acknowledged write at once, on another node and as another process', async () => {
  await using one = await FakeNode.listen(() => okReply);
  await using other = await FakeNode.listen(() => okReply);
  const { history } = await runUntil(60, [one, other], true);
  const writes = history.filter(({ op }) => op !== 'get').length;
  const probes = history.filter(({ process }) => process === 1);
  assert.ok(writes > 5);
  assert.equal(probes.length, writes);
  for (const [at, operation] of history.entries()) {
    if (operation.op === 'get') continue;
    const probe = history[at + 1];
    assert.deepEqual([probe?.op, probe?.key, probe?.process], ['get', operation.key, 1]);
  }
});

test('a client continues when its node closes the connection', async () => {
  let count = 0;
  const react = () => {
    count += 1;
    return count % 3 === 0 ? 'hang up' : okReply;
  };
  await using node = await FakeNode.listen(react);
  const { tally } = await runUntil(30, [node], false);
  assert.deepEqual(tally, { ok: 20, failed: 0, unknown: 10 });
});
