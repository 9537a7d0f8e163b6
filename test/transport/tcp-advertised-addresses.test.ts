/**
 * Tests what a hello says about a node: its addresses and its history. Also tests the end of
 * redialling, after a peer has left.
 */

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { ByteWriter } from '../../src/codec/index.js';
import { type NodeId, nodeId } from '../../src/raft/index.js';
import {
  type AdvertisedAddresses,
  type HistoryClaim,
  listen,
  TcpTransport,
  type TcpTransportOptions,
} from '../../src/transport/index.js';
import { atEnd, endWithTest } from '../helpers/resources.js';
import { Changes } from './changes.js';
import { Endpoint } from './endpoint.js';
import { receiver, sender, vote } from './messages.js';
import { Caller, framed, helloFrame } from './raw-peer.js';
import { atWork, clusterId, host, open, TcpNetwork } from './tcp-network.js';

const addresses: AdvertisedAddresses = {
  raft: { host: 'raft.example', port: 15_379 },
  resp: { host: '::1', port: 65_535 },
  http: { host: '127.0.0.1', port: 1 },
};

const other = nodeId('another peer');

/** An endpoint that records the addresses and claims of the peers that connect. */
class Listener extends Endpoint {
  readonly met: [NodeId, AdvertisedAddresses, HistoryClaim][] = [];
  readonly gone: NodeId[] = [];
  readonly changes = new Changes();

  onPeerDisconnected(peer: NodeId): void {
    this.gone.push(peer);
    this.changes.happened();
  }

  onPeerConnected(peer: NodeId, where: AdvertisedAddresses, claim: HistoryClaim): void {
    this.met.push([peer, where, claim]);
  }
}

async function startNode(
  t: TestContext,
  endpoint: Endpoint,
  where: AdvertisedAddresses | null,
  historyClaim: TcpTransportOptions['historyClaim'] = () => atWork,
) {
  const options = {
    id: endpoint.id,
    clusterId,
    host,
    port: 0,
    flag: '-raftbind',
    protection: open,
    historyClaim,
  };
  return endWithTest(t, TcpTransport.listen({ ...options, advertisedAddresses: where }, endpoint));
}

test('a peer tells its addresses, unless a supervisor distributes them', async (t) => {
  const listener = new Listener(receiver);
  const { port } = await startNode(t, listener, null);
  const nowhere = { ...addresses, resp: null, http: null };
  for (const [term, where] of [addresses, nowhere, null].entries()) {
    const caller = await startNode(t, new Endpoint(sender), where);
    caller.link(receiver, { host, port });
    caller.send([vote(term + 1)]);
    await listener.heardTerm(term + 1);
  }
  assert.deepEqual(listener.met, [
    [sender, addresses, atWork],
    [sender, nowhere, atWork],
  ]);
});

test('a peer that replaces its connection has not disconnected, one that closes it has', async (t) => {
  const listener = new Listener(receiver);
  const { port } = await startNode(t, listener, null);
  const caller = await startNode(t, new Endpoint(sender), addresses);
  for (const term of [1, 2]) {
    caller.reconnect(receiver, { host, port });
    caller.send([vote(term)]);
    await listener.heardTerm(term);
  }
  await caller.close();
  await listener.changes.until(() => listener.gone.length > 0);
  assert.deepEqual(listener.gone, [sender]);
});

test('a peer is dialled at each of its addresses in turn', async (t) => {
  const network = new TcpNetwork(t);
  const [a, b] = [new Endpoint(sender), new Endpoint(receiver)];
  const [fromA, { port }] = [await network.start(a), await network.start(b)];
  const taken = await network.start(new Endpoint(other));
  // Nobody listens at the first address any more, and another node at the second.
  const left = await startNode(t, new Endpoint(nodeId('left')), null);
  await left.close();
  const [nobody, wrong, right] = [left, taken, { port }].map((at) => ({ host, port: at.port }));
  assert.ok(nobody && wrong && right);
  assert.ok(!fromA.isLinked(receiver));
  fromA.link(receiver, nobody, wrong, right);
  const sending = setInterval(() => fromA.send([vote(1)]), 10);
  atEnd(t, () => clearInterval(sending));
  await b.heardTerm(1);
  assert.ok(fromA.isLinked(receiver));
});

test('a peer claims its history anew in each hello', async (t) => {
  const listener = new Listener(receiver);
  const { port } = await startNode(t, listener, null);
  const asking = { isBlank: true, isAwaitingClaim: true };
  let claim = asking;
  const caller = await startNode(t, new Endpoint(sender), addresses, () => claim);
  caller.link(receiver, { host, port });
  caller.send([vote(1)]);
  await listener.heardTerm(1);
  claim = { isBlank: true, isAwaitingClaim: false };
  caller.reconnect(receiver, { host, port });
  caller.send([vote(2)]);
  await listener.heardTerm(2);
  const told = listener.met.map(([, , stands]) => stands);
  assert.deepEqual(told, [asking, claim]);
});

test('a hello with an invalid address is cut off', async (t) => {
  const listener = new Listener(receiver);
  const { port } = await startNode(t, listener, null);
  for (const wrong of [
    { host, port: 65_536 },
    { host: '', port: 1 },
    { host: 'a\r\nlocation: b', port: 1 },
  ]) {
    const caller = await Caller.connect(t, port);
    caller.say(helloFrame({ advertisedAddresses: { ...addresses, raft: wrong } }));
    await caller.closed();
  }
  assert.deepEqual(listener.met, []);
});

test('a hello with a truncated address is cut off', async (t) => {
  const { port } = await startNode(t, new Listener(receiver), null);
  const writer = new ByteWriter();
  writer.bytes('leto-raft');
  writer.varint(3);
  for (const text of [clusterId, sender, receiver, '']) writer.bytes(text);
  writer.varint(15_379);
  const caller = await Caller.connect(t, port);
  caller.say(framed(writer.take()));
  await caller.closed();
});

test('stopRedialing keeps the connection until the peer closes it', async (t) => {
  const network = new TcpNetwork(t);
  const [a, b] = [new Endpoint(sender), new Endpoint(receiver)];
  const [fromA, fromB] = [await network.start(a), await network.start(b)];
  network.link(sender, receiver);
  fromA.send([vote(1)]);
  await b.heardTerm(1);
  fromA.stopRedialing(receiver);
  fromA.send([vote(2)]);
  await b.heardTerm(2);
  const { port } = fromB;
  await fromB.close();
  await a.lostPeers(1);
  // While another peer is dialled four times, this one would have been dialled too.
  const called: string[] = [];
  const changes = new Changes();
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (hello) => {
      called.push(hello.includes(receiver) ? receiver : other);
      socket.destroy();
      changes.happened();
    });
  });
  await listen(endWithTest(t, server), { host, port, flag: '-raftbind' });
  fromA.link(other, { host, port });
  await changes.until(() => called.length >= 4);
  assert.ok(!called.includes(receiver));
  fromA.link(receiver, { host, port });
  await changes.until(() => called.includes(receiver));
});
