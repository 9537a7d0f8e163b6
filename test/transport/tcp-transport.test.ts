/** Tests TcpTransport beyond the contract: redialling, bounded queues, and the choice of a port. */

import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { mock, type TestContext, test } from 'node:test';
import { listen, TcpTransport } from '../../src/transport/index.js';
import { FrameDecoder, frameBytesMax } from '../../src/transport/tcp-frames.js';
import { endWithTest } from '../helpers/resources.js';
import { Changes } from './changes.js';
import { Endpoint } from './endpoint.js';
import { append, mebibyte, receiver, sender, vote } from './messages.js';
import { atWork, clusterId, host, open, TcpNetwork } from './tcp-network.js';

/** Starts a server that poses as a peer. Returns its port. */
async function pretender(t: TestContext, welcome: (socket: Socket) => void) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    welcome(socket);
  });
  return listen(endWithTest(t, server), { host, port: 0, flag: '--port' });
}

const patience = { timeout: 3000 };

// This must be the first test of the file, because it counts all sockets of the process.
test('closing leaves no socket open', patience, async (t) => {
  const [a, b] = [new Endpoint(sender), new Endpoint(receiver)];
  const options = {
    clusterId,
    host,
    port: 0,
    flag: '--raft-port',
    advertisedAddresses: null,
    protection: open,
    historyClaim: () => atWork,
  };
  const fromA = await endWithTest(t, TcpTransport.listen({ ...options, id: sender }, a));
  const fromB = await endWithTest(t, TcpTransport.listen({ ...options, id: receiver }, b));
  fromA.link(receiver, { host, port: fromB.port });
  fromA.send([vote(1)]);
  await b.heardTerm(1);
  assert.ok(openSockets().length >= 4);
  await Promise.all([fromA.close(), fromB.close()]);
  while (openSockets().length > 0) await turn();
});

function openSockets(): string[] {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP'));
}

test('a peer that restarts on the same port is found again without a new link', async (t) => {
  const network = new TcpNetwork(t);
  const [a, b] = [new Endpoint(sender), new Endpoint(receiver)];
  const fromA = await network.start(a);
  const first = await network.start(b);
  network.link(sender, receiver);
  fromA.send([vote(1)]);
  await b.heardTerm(1);
  await first.close();
  await a.lostPeers(1);
  const second = new Endpoint(receiver);
  const { port } = await network.start(second, first.port);
  assert.equal(port, first.port);
  const isHeard = second.heardTerm(2).then(() => true);
  while (!(await Promise.race([isHeard, turn()]))) fromA.send([vote(2)]);
  assert.deepEqual(a.lost, [receiver]);
});

function turn(): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), 2));
}

test('a peer that has not started yet is dialled until it has', async (t) => {
  const network = new TcpNetwork(t);
  const [a, b] = [new Endpoint(sender), new Endpoint(receiver)];
  const fromA = await network.start(a);
  const early = await network.start(b);
  await early.close();
  fromA.link(receiver, { host, port: early.port });
  await network.start(b, early.port);
  const isHeard = b.heardTerm(1).then(() => true);
  while (!(await Promise.race([isHeard, turn()]))) fromA.send([vote(1)]);
  assert.deepEqual(a.lost, [], 'a peer that was never connected cannot be lost');
});

test('a peer that refuses is dialled less and less often', async (t) => {
  const delaysMs: number[] = [];
  const { setTimeout: realSetTimeout } = globalThis;
  mock.method(globalThis, 'setTimeout', (callback: () => void, delayMs: number) => {
    // Longer timers limit a connection; they do not delay the next.
    if (delayMs > 1000) return realSetTimeout(callback, delayMs);
    delaysMs.push(delayMs);
    return realSetTimeout(callback, 0);
  });
  t.after(() => mock.restoreAll());
  const changes = new Changes();
  const port = await pretender(t, (socket) => socket.once('data', () => socket.destroy()));
  const transport = await new TcpNetwork(t).start(new Endpoint(sender));
  transport.link(receiver, { host, port });
  const look = setInterval(changes.happened, 1);
  await changes.until(() => delaysMs.length >= 12);
  clearInterval(look);
  assert.ok((delaysMs[0] as number) <= 20);
  assert.ok(delaysMs.slice(8, 12).every((delayMs) => delayMs >= 500 && delayMs <= 1000));
});

test('the queue for a peer that reads nothing is bounded, and the rest is lost', async (t) => {
  const decoder = new FrameDecoder(frameBytesMax);
  const changes = new Changes();
  let slow: Socket | null = null;
  let heardBytes = 0;
  const port = await pretender(t, (socket) => {
    slow = socket.pause();
    changes.happened();
  });
  const transport = await new TcpNetwork(t).start(new Endpoint(sender));
  transport.link(receiver, { host, port });
  await changes.until(() => slow !== null);
  const message = append(mebibyte);
  for (let count = 0; count < 400; count += 1) {
    transport.send([message]);
    if (count % 40 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const reader = slow as unknown as Socket;
  const frames: number[] = [];
  reader.on('data', (chunk) => {
    heardBytes += chunk.length;
    for (const frame of decoder.decode(chunk)) frames.push(frame.length);
    changes.happened();
  });
  reader.resume();
  await changes.until(() => heardBytes > 60 * mebibyte);
  const isHeard = changes.until(() => (frames.at(-1) ?? mebibyte) < 100).then(() => true);
  while (!(await Promise.race([isHeard, turn()]))) transport.send([vote(1)]);
  const entries = frames.filter((bytes) => bytes > mebibyte).length;
  assert.ok(entries >= 64 && entries <= 100, `${entries} of 400 came`);
});

test('bytes from a server that is not a Raft node are ignored', async (t) => {
  const banner = 'SSH-2.0-other\r\n'.repeat(10_000);
  const a = new Endpoint(sender);
  const port = await pretender(t, (socket) => socket.end(banner));
  const transport = await new TcpNetwork(t).start(a);
  transport.link(receiver, { host, port });
  await a.lostPeers(1);
  assert.deepEqual(a.messages, []);
});

test('the error for a taken port names the port and the option to change', async (t) => {
  const network = new TcpNetwork(t);
  const { port } = await network.start(new Endpoint(sender));
  const again = network.start(new Endpoint(receiver), port);
  await assert.rejects(again, {
    name: 'LetoError',
    code: 'LETO_PORT_TAKEN',
    message: `port ${port} is in use by another program; choose another --raft-port`,
  });
});

test('the error for an address of another machine names the reason', async (t) => {
  const start = listen(endWithTest(t, createServer()), {
    host: '192.0.2.1',
    port: 0,
    flag: '--port',
  });
  await assert.rejects(start, {
    name: 'LetoError',
    code: 'LETO_BAD_OPTION',
    message: 'cannot listen on 192.0.2.1:0 (EADDRNOTAVAIL); choose another --port',
  });
});

test('port 0 stands for any free port, so two listeners get different ports', async (t) => {
  const network = new TcpNetwork(t);
  const [a, b] = [new Endpoint(sender), new Endpoint(receiver)];
  const [one, two] = [await network.start(a), await network.start(b)];
  assert.ok(one.port > 0);
  assert.notEqual(one.port, two.port);
  const server = endWithTest(t, createServer());
  assert.ok((await listen(server, { host, port: 0, flag: '--port' })) > 0);
});
