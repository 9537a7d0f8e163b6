import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { encodeRequest } from '../../src/resp/index.js';
import type { Connection } from '../../src/server/connection.js';
import { clientsMax } from '../../src/server/server-limits.js';
import { startCluster } from './test-cluster.js';
import { startLeader } from './test-node.js';

const mebibyte = 1024 * 1024;

test('1,000 idle clients do not disturb others', async (t) => {
  const node = await startLeader(t);
  const idle = await Promise.all(Array.from({ length: 1000 }, () => node.connect(t)));
  const client = await node.connect(t);
  assert.equal(await client.ask('set a b'), '+OK');
  const list = String(await client.ask('client list'));
  assert.equal(list.split('\n').length - 1, 1001);
  assert.match(String(await client.ask('info clients')), /connected_clients:1001\r\n/);
  for (const each of idle) each.socket.destroy();
  await node.until(() => node.server.connections.size === 1);
});

test('a client beyond the limit gets an error and is closed, and the others stay', async (t) => {
  const node = await startLeader(t);
  const client = await node.connect(t);
  await client.ask('ping');
  // These stand in for thousands of sockets.
  const others = Array.from({ length: clientsMax - 1 }, () => ({ socket: { destroy() {} } }));
  for (const other of others) node.server.connections.add(other as Connection);
  const late = await node.connect(t);
  late.send('set a b');
  assert.equal(await late.closed(), '-ERR max number of clients reached\r\n');
  assert.equal(await client.ask('exists a'), 0);
  assert.match(String(await client.ask('info stats')), /rejected_connections:1\r\n/);
  for (const other of others) node.server.connections.delete(other as Connection);
  assert.equal(await (await node.connect(t)).ask('ping'), '+PONG');
});

test('a refused client that stays connected does not keep the server from closing', async (t) => {
  const node = await startLeader(t);
  mock.timers.enable({ apis: ['setTimeout'] });
  t.after(() => mock.timers.reset());
  const others = Array.from({ length: clientsMax }, () => ({ socket: { destroy() {} } }));
  for (const other of others) node.server.connections.add(other as Connection);
  const late = await node.connect(t, { allowHalfOpen: true });
  late.send('ping');
  await late.ended();
  mock.timers.tick(1000);
  await node.stop();
});

test('unread answers do not pile up in memory, and other clients are served', async (t) => {
  const node = await startLeader(t);
  const [slow, other] = [await node.connect(t), await node.connect(t)];
  slow.write(encodeRequest(['set', 'a', 'x'.repeat(mebibyte)]));
  assert.equal(await slow.line(), '+OK');
  slow.socket.pause();
  slow.write(encodeRequest(['get', 'a']).repeat(200));
  const [connection] = [...node.server.connections];
  await node.until(() => connection?.socket.writableNeedDrain === true);
  for (let at = 0; at < 100; at += 1) {
    assert.equal(await other.ask('ping'), '+PONG');
    assert.ok((connection?.socket.writableLength ?? 0) < 4 * mebibyte);
  }
  assert.equal(await other.ask('set b c'), '+OK');
  slow.socket.resume();
  const reply = `$${mebibyte}\r\n${'x'.repeat(mebibyte)}\r\n`;
  for (let at = 0; at < 200; at += 1) assert.equal((await slow.take(reply.length)) === reply, true);
});

test('a client that does not read is not read from beyond its pipeline limit', async (t) => {
  const node = await startLeader(t);
  const [slow, other] = [await node.connect(t), await node.connect(t)];
  slow.write(encodeRequest(['set', 'a', 'x'.repeat(mebibyte)]));
  assert.equal(await slow.line(), '+OK');
  slow.socket.pause();
  slow.write(encodeRequest(['get', 'a']).repeat(1_000_000));
  const [connection] = [...node.server.connections];
  await node.until(() => connection?.socket.isPaused() === true);
  for (let at = 0; at < 20; at += 1) await other.ask('ping');
  const readBytes = connection?.socket.bytesRead ?? 0;
  assert.ok(readBytes < 3 * mebibyte, `${readBytes} bytes were read`);
});

test('waiting large commands are read only up to a limit of bytes', async (t) => {
  const { nodes } = await startCluster(t, { settings: { follower: 'proxy' } });
  const [, follower] = nodes;
  const client = await follower.connect(t);
  const [connection] = [...follower.server.connections];
  client.write(encodeRequest(['set', 'a', 'x'.repeat(mebibyte)]).repeat(50));
  await follower.until(() => connection?.socket.isPaused() === true);
  const other = await follower.connect(t);
  for (let at = 0; at < 20; at += 1) await other.ask('ping');
  const readBytes = connection?.socket.bytesRead ?? 0;
  assert.ok(readBytes < 16 * mebibyte, `${readBytes} bytes were read`);
  await nodes[0].lead();
  for (let at = 0; at < 50; at += 1) assert.equal(await client.line(), '+OK');
});

test('a client that declares much but sends little costs little memory', async (t) => {
  const node = await startLeader(t);
  const before = process.memoryUsage().rss;
  const clients = await Promise.all(Array.from({ length: 50 }, () => node.connect(t)));
  for (const client of clients) client.write(`*2\r\n$3\r\nget\r\n$${64 * mebibyte}\r\nx`);
  const other = await node.connect(t);
  assert.equal(await other.ask('ping'), '+PONG');
  assert.ok(process.memoryUsage().rss - before < 256 * mebibyte);
});
