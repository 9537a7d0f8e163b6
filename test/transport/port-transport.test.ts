/** Tests the queues and links of PortTransport that the contract does not cover. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { nodeId } from '../../src/raft/index.js';
import { PortTransport } from '../../src/transport/index.js';
import { endWithTest } from '../helpers/resources.js';
import { Endpoint } from './endpoint.js';
import { append, mebibyte, receiver, sender, vote } from './messages.js';

/** Returns a transport with one link, and the bare port at the other end of it. */
function linked(t: TestContext) {
  const endpoint = new Endpoint(sender);
  const transport = new PortTransport(sender, endpoint);
  const { port1, port2 } = endWithTest(t, new MessageChannel());
  transport.link(receiver, port1);
  endWithTest(t, transport);
  return { endpoint, transport, port: port2 };
}

function* waiting(port: MessagePort): Generator<Uint8Array> {
  for (;;) {
    const received = receiveMessageOnPort(port);
    if (!received) return;
    yield received.message as Uint8Array;
  }
}

test('messages sent to a peer together are one frame, in a buffer of its own', (t) => {
  const { transport, port } = linked(t);
  transport.send([vote(1), append(10), append(20_000)]);
  const [frame, ...others] = [...waiting(port)];
  assert.deepEqual(others, []);
  assert.equal(frame?.buffer.byteLength, frame?.byteLength);
});

test('the queue for a peer that hangs is bounded, and the rest is lost', (t) => {
  const { transport, port } = linked(t);
  const message = append(mebibyte);
  for (let count = 0; count < 300; count += 1) transport.send([message]);
  const frames = [...waiting(port)].length;
  assert.ok(frames >= 64 && frames <= 130, `${frames} frames wait`);
});

test('a peer that keeps reading can be sent any number of bytes', async (t) => {
  const { transport, port } = linked(t);
  const peer = new Endpoint(receiver);
  const other = new PortTransport(receiver, peer);
  t.after(() => other.close());
  other.link(sender, port);
  for (let term = 1; term <= 200; term += 1) {
    transport.send([append(mebibyte, term)]);
    await peer.heardTerm(term);
    await setImmediate();
  }
  assert.equal(peer.messages.length, 200);
});

test('the port of the last life is closed when the next one is linked', async (t) => {
  const { endpoint, transport, port } = linked(t);
  const isClosed = new Promise((resolve) => port.once('close', resolve));
  const { port1, port2 } = endWithTest(t, new MessageChannel());
  transport.link(receiver, port1);
  await isClosed;
  transport.send([vote(2)]);
  assert.equal([...waiting(port2)].length, 1);
  assert.deepEqual(endpoint.lost, []);
});

test('the end of the link to one peer does not affect the others', async (t) => {
  const { endpoint, transport, port } = linked(t);
  const third = nodeId('n3');
  const { port1, port2 } = endWithTest(t, new MessageChannel());
  transport.link(third, port1);
  port.close();
  await endpoint.lostPeers(1);
  assert.deepEqual(endpoint.lost, [receiver]);
  transport.send([vote(1), vote(2, sender, third)]);
  assert.equal([...waiting(port2)].length, 1);
});
