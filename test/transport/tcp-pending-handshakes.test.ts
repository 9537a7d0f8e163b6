/**
 * Connects strangers and faulty peers to a Raft port, and checks that they are cut off and do not
 * disturb others.
 */

import assert from 'node:assert/strict';
import { mock, type TestContext, test } from 'node:test';
import { ByteWriter } from '../../src/codec/index.js';
import { nodeId } from '../../src/raft/index.js';
import { frameHeader } from '../../src/transport/tcp-frames.js';
import { Endpoint } from './endpoint.js';
import { receiver, sender, vote } from './messages.js';
import { Caller, framed, frameOf, helloFrame } from './raw-peer.js';
import { TcpNetwork } from './tcp-network.js';

function said(term: number): Buffer {
  return framed(frameOf(vote(term)));
}

/** Starts a node, and connects a peer whose first message it has received. */
async function node(t: TestContext) {
  const endpoint = new Endpoint(receiver);
  const { port } = await new TcpNetwork(t).start(endpoint);
  const peer = await Caller.connect(t, port);
  peer.say(helloFrame(), said(1));
  await endpoint.heardTerm(1);
  return { endpoint, port, peer };
}

function helloOfVersion(version: number): Buffer {
  const writer = new ByteWriter();
  writer.bytes('leto-raft');
  writer.varint(version);
  for (const text of ['', sender, receiver]) writer.bytes(text);
  return framed(writer.take());
}

function damaged(frame: Buffer): Buffer {
  frame[frame.length - 1] = (frame[frame.length - 1] as number) ^ 1;
  return frame;
}

const nobody = Uint8Array.from([99, 1, 1]);
const other = nodeId('n5');

const strangers: readonly [who: string, says: readonly (Buffer | string)[]][] = [
  ['a node of another cluster', [helloFrame({ clusterId: 'another', from: other }), said(7)]],
  ['a node that looks for another node', [helloFrame({ to: nodeId('n9'), from: other }), said(7)]],
  ['a node of another version', [helloOfVersion(1), said(7)]],
  ['a client that sends a frame without a hello', [said(7)]],
  ['a client that speaks RESP', ['*2\r\n$3\r\nGET\r\n$1\r\na\r\n']],
  ['a client that speaks RESP, inline', ['PING\r\nPING\r\n']],
  ['a browser', ['GET / HTTP/1.1\r\nHost: localhost\r\n\r\n']],
  ['a client that speaks TLS', [Buffer.from('16030100c8010000c40303', 'hex')]],
  ['a client that sends garbage', [Buffer.alloc(64, 0xff)]],
  ['a node whose hello is too long', [framed(Buffer.alloc(1025))]],
  ['a node whose hello fails its checksum', [damaged(helloFrame({ from: other }))]],
  ['a node whose hello is cut short', [framed(Buffer.from('\x09leto-raft'))]],
];

for (const [who, says] of strangers) {
  test(`${who} is cut off and ignored, and does not affect other peers`, async (t) => {
    const { endpoint, port, peer } = await node(t);
    const stranger = await Caller.connect(t, port);
    stranger.say(...says);
    await stranger.closed();
    peer.say(said(2));
    await endpoint.heardTerm(2);
    assert.equal(endpoint.messages.length, 2);
    assert.deepEqual(endpoint.lost, []);
  });
}

const faults: readonly [what: string, frame: Buffer][] = [
  ['fails its checksum', damaged(said(7))],
  ['is too long', frameHeader(Buffer.alloc(4)).fill(0xff)],
  ['holds no message', framed(nobody)],
  ['holds a message that is cut short', framed(Uint8Array.from([5, 1, 1]))],
];

for (const [what, frame] of faults) {
  test(`a peer whose frame ${what} is cut off, and may connect again`, async (t) => {
    const { endpoint, port, peer } = await node(t);
    peer.say(frame);
    await peer.closed();
    const again = await Caller.connect(t, port);
    again.say(helloFrame(), said(2));
    await endpoint.heardTerm(2);
    assert.equal(endpoint.messages.length, 2);
  });
}

test('a new connection of a peer replaces its last one', async (t) => {
  const { endpoint, port, peer } = await node(t);
  const again = await Caller.connect(t, port);
  again.say(helloFrame(), said(2));
  await endpoint.heardTerm(2);
  await peer.closed();
  again.say(said(3));
  await endpoint.heardTerm(3);
});

test('a peer may send its bytes in any pieces', async (t) => {
  const { endpoint, port } = await node(t);
  const caller = await Caller.connect(t, port);
  const bytes = Buffer.concat([helloFrame({ from: other }), said(2), said(3)]);
  for (const byte of bytes) caller.say(Uint8Array.of(byte));
  await endpoint.heardTerm(3);
  assert.deepEqual(
    endpoint.messages.map(({ from, term }) => [from, term]),
    [
      [sender, 1],
      [other, 2],
      [other, 3],
    ],
  );
});

test('the rest of a frame is dropped when a peer closes in the middle of it', async (t) => {
  const { endpoint, port } = await node(t);
  const caller = await Caller.connect(t, port);
  caller.say(helloFrame({ from: other }), said(2), said(3).subarray(0, 9));
  await endpoint.heardTerm(2);
  caller.socket.end();
  await caller.closed();
  assert.equal(endpoint.messages.length, 2);
});

const patience = { timeout: 3000 };

test(
  'a connection without a complete hello is closed after 5 s, even if bytes trickle in',
  patience,
  async (t) => {
    mock.timers.enable({ apis: ['setTimeout'] });
    t.after(() => mock.timers.reset());
    const { endpoint, port, peer } = await node(t);
    const stranger = await Caller.connect(t, port);
    const hello = helloFrame({ from: other });
    for (let at = 0; at < 4; at += 1) {
      stranger.say(hello.subarray(at, at + 1));
      // After this round trip, the stranger is connected and its byte has been read.
      peer.say(said(2 + at));
      await endpoint.heardTerm(2 + at);
      mock.timers.tick(1300);
    }
    await stranger.closed();
    peer.say(said(9));
    await endpoint.heardTerm(9);
  },
);

test('any number of silent strangers do not keep a peer out', async (t) => {
  const { endpoint, port, peer } = await node(t);
  await Promise.all(Array.from({ length: 200 }, () => Caller.connect(t, port)));
  const caller = await Caller.connect(t, port);
  caller.say(helloFrame({ from: other }), said(2));
  await endpoint.heardTerm(2);
  peer.say(said(3));
  await endpoint.heardTerm(3);
});

/** Other systems have only 127.0.0.1. */
const addresses = { skip: process.platform === 'linux' ? false : 'loopback has one address here' };

test('many connections from one address evict none from another', addresses, async (t) => {
  const { endpoint, port } = await node(t);
  const slow = await Caller.connect(t, port, '127.0.0.2');
  const hello = helloFrame({ from: other });
  slow.say(hello.subarray(0, 5));
  for (let wave = 0; wave < 4; wave += 1) {
    await Promise.all(Array.from({ length: 64 }, () => Caller.connect(t, port)));
  }
  slow.say(hello.subarray(5), said(2));
  await endpoint.heardTerm(2);
});
