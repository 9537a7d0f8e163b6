import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { ByteWriter } from '../../src/codec/index.js';
import { type NodeId, nodeId } from '../../src/raft/index.js';
import { listen, TcpTransport, type Whereabouts } from '../../src/transport/index.js';
import { Changes } from './changes.js';
import { Endpoint } from './endpoint.js';
import { receiver, sender, vote } from './messages.js';
import { Caller, framed, helloFrame } from './raw-peer.js';
import { clusterId, host, open, TcpNetwork } from './tcp-network.js';

const whereabouts: Whereabouts = {
  raft: { host: 'raft.example', port: 15_379 },
  resp: { host: '::1', port: 65_535 },
};

const other = nodeId('another peer');

/** One that hears where its callers are. */
class Listener extends Endpoint {
  readonly met: [NodeId, Whereabouts][] = [];

  onPeerMet(peer: NodeId, where: Whereabouts): void {
    this.met.push([peer, where]);
  }
}

async function startNode(t: TestContext, endpoint: Endpoint, where: Whereabouts | null) {
  const options = {
    id: endpoint.id,
    clusterId,
    host,
    port: 0,
    flag: '-raftbind',
    protection: open,
  };
  const transport = await TcpTransport.listen({ ...options, whereabouts: where }, endpoint);
  t.after(() => transport.close());
  return transport;
}

test('a peer that calls says where it is, and nothing where a supervisor tells', async (t) => {
  const listener = new Listener(receiver);
  const { port } = await startNode(t, listener, null);
  for (const [term, where] of [whereabouts, null].entries()) {
    const caller = await startNode(t, new Endpoint(sender), where);
    caller.link(receiver, { host, port });
    caller.send([vote(term + 1)]);
    await listener.heardTerm(term + 1);
  }
  assert.deepEqual(listener.met, [[sender, whereabouts]]);
});

test('one that is said to be at no port is cut off', async (t) => {
  const listener = new Listener(receiver);
  const { port } = await startNode(t, listener, null);
  for (const wrong of [0, 65_536]) {
    const caller = await Caller.connect(t, port);
    caller.say(helloFrame({ whereabouts: { ...whereabouts, raft: { host, port: wrong } } }));
    await caller.closed();
  }
  assert.deepEqual(listener.met, []);
});

test('one whose whereabouts are cut short is cut off', async (t) => {
  const { port } = await startNode(t, new Listener(receiver), null);
  const writer = new ByteWriter();
  writer.bytes('leto-raft');
  writer.varint(3);
  for (const text of [clusterId, sender, receiver, '']) writer.bytes(text);
  writer.varint(2);
  writer.bytes('raft.example');
  const caller = await Caller.connect(t, port);
  caller.say(framed(writer.take()));
  await caller.closed();
});

test('a peer that is let go is still spoken to, until it closes; then it is not called again', async (t) => {
  const network = new TcpNetwork(t);
  const [a, b] = [new Endpoint(sender), new Endpoint(receiver)];
  const [fromA, fromB] = [await network.start(a), await network.start(b)];
  network.link(sender, receiver);
  fromA.send([vote(1)]);
  await b.heardTerm(1);
  fromA.letGo(receiver);
  fromA.send([vote(2)]);
  await b.heardTerm(2);
  const { port } = fromB;
  await fromB.close();
  await a.lostPeers(1);
  // In the time in which another is called four times, this one would have been called too.
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
  await listen(server, { host, port, flag: '-raftbind' });
  t.after(() => server.close());
  fromA.link(other, { host, port });
  await changes.until(() => called.length >= 4);
  assert.ok(!called.includes(receiver));
  fromA.link(receiver, { host, port });
  await changes.until(() => called.includes(receiver));
});
