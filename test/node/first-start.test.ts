import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Address, NodeSettings } from '../../src/control/index.js';
import { untilAllAreBlank } from '../../src/node/first-start.js';
import { type NodeId, nodeId } from '../../src/raft/index.js';
import { type HistoryClaim, TcpTransport } from '../../src/transport/index.js';
import { freePorts } from '../helpers/program.js';
import { settings } from '../server/test-node.js';
import { Changes } from '../transport/changes.js';
import { open } from '../transport/tcp-network.js';

const host = '127.0.0.1';
const resp = { host, port: 6379 };

/** Three places; each member is asked by a run of its own. */
async function places(t: TestContext) {
  const first = await freePorts(3);
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
  /** One that has its data, and runs. */
  const run = async (id: string, claim: HistoryClaim) => {
    const { clusterId, raftPort: port, advertised } = toSettings(id);
    const raft = advertised?.raft as Address;
    const options = { id: nodeId(id), clusterId, host, port, flag: '-raftbind' };
    const heardBy = new Set<NodeId>();
    const changes = new Changes();
    const transport = await TcpTransport.listen(
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
          if (!isAwaitingClaim) heardBy.add(peer);
          changes.happened();
        },
      },
    );
    t.after(() => transport.close());
    for (const [peer, address] of members) if (peer !== id) transport.link(peer, address);
    const untilHeardBy = (peer: string) => changes.until(() => heardBy.has(nodeId(peer)));
    return { transport, untilHeardBy };
  };
  return { start, run };
}

const began = { isBlank: true, isAwaitingClaim: false };
const atWork = { isBlank: false, isAwaitingClaim: false };

for (const order of ['abc', 'cab', 'bca']) {
  test(`three members without data begin when all are there, in the order ${order}`, async (t) => {
    const { start } = await places(t);
    await Promise.all([...order].map((id) => start(id)));
  });
}

test('one begins beside those that have begun, and have no term yet', async (t) => {
  const { start, run } = await places(t);
  await run('b', began);
  await run('c', began);
  await start('a');
});

test('a member without data is refused by one that has a term, and told what to do', async (t) => {
  const { start, run } = await places(t);
  await run('b', atWork);
  const message =
    /^there are no data of a in \/data\/n1, and b has been at work .* send LEAVE a to 127\.0\.0\.1:6379 and /;
  await assert.rejects(start('a'), { code: 'LETO_NODE_STATE', message });
});

test('who was heard while it was blank may get a term; who was not heard is waited for', async (t) => {
  const { start, run } = await places(t);
  const b = await run('b', began);
  let hasBegun = false;
  const waiting = start('a').then(() => {
    hasBegun = true;
  });
  await b.untilHeardBy('a');
  await b.transport.close();
  const again = await run('b', atWork);
  await again.untilHeardBy('a');
  assert.equal(hasBegun, false);
  await run('c', began);
  await waiting;
});

test('who is told to stop waits no more', async (t) => {
  const { start } = await places(t);
  const stopping = new AbortController();
  const waiting = start('a', stopping.signal);
  stopping.abort();
  await assert.rejects(waiting, { name: 'AbortError' });
});

test('who was told to stop before does not begin to wait', async (t) => {
  const { start } = await places(t);
  await assert.rejects(start('a', AbortSignal.abort()), { name: 'AbortError' });
});
