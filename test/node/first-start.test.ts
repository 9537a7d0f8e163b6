import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Address, NodeSettings } from '../../src/control/index.js';
import { untilAllAreBlank } from '../../src/node/first-start.js';
import { type NodeId, nodeId } from '../../src/raft/index.js';
import { type HistoryClaim, TcpTransport } from '../../src/transport/index.js';
import { reservePorts } from '../helpers/ports.js';
import { endWithTest } from '../helpers/resources.js';
import { settings } from '../server/test-node.js';
import { Changes } from '../transport/changes.js';
import { open } from '../transport/tcp-network.js';

const host = '127.0.0.1';
const resp = { host, port: 6379 };

/** Three members with ports; `start` begins a first start, `run` opens a running member's port. */
async function threeMembers(t: TestContext) {
  const first = await reservePorts(3);
  const members = new Map<NodeId, Address>(
    ['a', 'b', 'c'].map((id, at) => [nodeId(id), { host, port: first + at }]),
  );
  const stopping = new AbortController();
  t.after(() => stopping.abort());
  const toSettings = (id: string): NodeSettings => {
    const raft = members.get(nodeId(id)) as Address;
    const where = { raft, respHost: host, httpHost: host };
    return { ...settings, id: nodeId(id), raftPort: raft.port, advertised: where };
  };
  const start = (id: string, signal = stopping.signal) =>
    untilAllAreBlank(toSettings(id), members, { signal, onPeerUnreachable: () => {} });
  const run = async (id: string, claim: HistoryClaim) => {
    const { clusterId, raftPort: port, advertised } = toSettings(id);
    const raft = advertised?.raft as Address;
    const options = { id: nodeId(id), clusterId, host, port, flag: '-raftbind' };
    const confirmedBy = new Set<NodeId>();
    const changes = new Changes();
    const listening = TcpTransport.listen(
      {
        ...options,
        advertisedAddresses: { raft, resp, http: null },
        historyClaim: () => claim,
        protection: open,
      },
      {
        onMessage: () => {},
        onPeerLost: () => {},
        onPeerConnected: (peer, _, { isAwaitingClaim }) => {
          if (!isAwaitingClaim) confirmedBy.add(peer);
          changes.happened();
        },
      },
    );
    const transport = await endWithTest(t, listening);
    for (const [peer, address] of members) if (peer !== id) transport.link(peer, address);
    const untilConfirmedBy = (peer: string) => changes.until(() => confirmedBy.has(nodeId(peer)));
    return { transport, untilConfirmedBy };
  };
  return { start, run };
}

const blank = { isBlank: true, isAwaitingClaim: false };
const withHistory = { isBlank: false, isAwaitingClaim: false };

for (const order of ['abc', 'cab', 'bca']) {
  test(`three members without data start once all are there, in the order ${order}`, async (t) => {
    const { start } = await threeMembers(t);
    await Promise.all([...order].map((id) => start(id)));
  });
}

test('a member starts beside running members that have no term yet', async (t) => {
  const { start, run } = await threeMembers(t);
  await run('b', blank);
  await run('c', blank);
  await start('a');
});

test('a member without data does not start beside a member that has a term', async (t) => {
  const { start, run } = await threeMembers(t);
  await run('b', withHistory);
  const message =
    /^\/data\/n1 holds no data of a, but b has run before; .* send LEAVE a to 127\.0\.0\.1:6379 and /;
  await assert.rejects(start('a'), { code: 'LETO_NODE_STATE', message });
});

test('a peer that was blank may get a term while a member waits for another peer', async (t) => {
  const { start, run } = await threeMembers(t);
  const b = await run('b', blank);
  let hasStarted = false;
  const waiting = start('a').then(() => {
    hasStarted = true;
  });
  await b.untilConfirmedBy('a');
  await b.transport.close();
  const again = await run('b', withHistory);
  await again.untilConfirmedBy('a');
  assert.equal(hasStarted, false);
  await run('c', blank);
  await waiting;
});

test('an abort ends the wait', async (t) => {
  const { start } = await threeMembers(t);
  const stopping = new AbortController();
  const waiting = start('a', stopping.signal);
  stopping.abort();
  await assert.rejects(waiting, { name: 'AbortError' });
});

test('a signal that is aborted already prevents the wait', async (t) => {
  const { start } = await threeMembers(t);
  await assert.rejects(start('a', AbortSignal.abort()), { name: 'AbortError' });
});
