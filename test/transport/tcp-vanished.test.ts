/** Tests how both ends notice that the other has vanished without closing: pulses and deadlines. */

import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { listen } from '../../src/transport/index.js';
import { encodeHelloAnswer } from '../../src/transport/tcp-answers.js';
import { endWithTest } from '../helpers/resources.js';
import { Changes } from './changes.js';
import { Endpoint } from './endpoint.js';
import { receiver, sender, vote } from './messages.js';
import { Caller, framed, helloFrame } from './raw-peer.js';
import { host, TcpNetwork } from './tcp-network.js';

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Starts a server that poses as a peer, accepts each connection, and sends nothing by itself. */
async function silentPeer(t: TestContext) {
  const calls: Socket[] = [];
  const changes = new Changes();
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      calls.push(socket);
      changes.happened();
    });
  });
  const port = await listen(endWithTest(t, server), { host, port: 0, flag: '--port' });
  const called = async (count: number) => {
    await changes.until(() => calls.length >= count);
    return calls[count - 1] as Socket;
  };
  return { port, called };
}

test('a peer whose pulses stop is lost, and dialled again', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const a = new Endpoint(sender);
  const fromA = await new TcpNetwork(t).start(a);
  const { port, called } = await silentPeer(t);
  fromA.link(receiver, { host, port });
  const peer = await called(1);
  peer.write(framed(encodeHelloAnswer({ type: 'pulse' })));
  // Two turns later the pulse has been received.
  await turn();
  await turn();
  for (let looks = 0; a.lost.length === 0; looks += 1) {
    assert.ok(looks <= 100, 'a peer without a pulse was never given up');
    t.mock.timers.tick(10_000);
    await turn();
    await turn();
  }
  assert.deepEqual(a.lost, [receiver]);
  await called(2);
});

test('a pulse is sent on admission, and then every second', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const endpoint = new Endpoint(receiver);
  const { port } = await new TcpNetwork(t).start(endpoint);
  const caller = await Caller.connect(t, port);
  const changes = new Changes();
  const pulse = framed(encodeHelloAnswer({ type: 'pulse' }));
  let heard = Buffer.alloc(0);
  caller.socket.on('data', (chunk) => {
    heard = Buffer.concat([heard, chunk]);
    changes.happened();
  });
  caller.say(helloFrame());
  for (const count of [1, 2, 3]) {
    await changes.until(() => heard.length >= count * pulse.length);
    assert.deepEqual(heard, Buffer.concat(Array(count).fill(pulse)));
    t.mock.timers.tick(1000);
  }
});

test('a node keeps the connection to a peer that only sends pulses', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const network = new TcpNetwork(t);
  const [a, b] = [new Endpoint(sender), new Endpoint(receiver)];
  const fromA = await network.start(a);
  await network.start(b);
  network.link(sender, receiver);
  for (const term of [1, 2, 3, 4, 5]) {
    fromA.send([vote(term)]);
    await b.heardTerm(term);
    for (let seconds = 0; seconds < 10; seconds += 1) {
      t.mock.timers.tick(1000);
      for (let turns = 0; turns < 3; turns += 1) await turn();
    }
  }
  assert.deepEqual(a.lost, []);
});

test('a peer that does not answer within 5 s is given up, and dialled again', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { port, called } = await silentPeer(t);
  const a = new Endpoint(sender);
  const fromA = await new TcpNetwork(t, { secret: 'a secret of this test', tls: null }).start(a);
  fromA.link(receiver, { host, port });
  const first = await called(1);
  const closed = new Promise((resolve) => first.once('close', resolve));
  t.mock.timers.tick(4999);
  await turn();
  assert.ok(!first.readableEnded);
  t.mock.timers.tick(1);
  first.resume();
  await closed;
  const isCalled = called(2).then(() => true);
  while (!(await Promise.race([isCalled, turn()]))) t.mock.timers.tick(20);
  assert.deepEqual(a.lost, [], 'the peer was never connected');
});
