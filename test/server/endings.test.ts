import assert from 'node:assert/strict';
import { mock, type TestContext, test } from 'node:test';
import { encodeRequest } from '../../src/resp/index.js';
import type { TestClient } from './test-client.js';
import { startLeader, type TestNode } from './test-node.js';

const setA = encodeRequest(['set', 'a', 'b']);

async function connected(t: TestContext): Promise<[TestNode, TestClient]> {
  const node = await startLeader(t);
  return [node, await node.connect(t)];
}

const faults: readonly [bytes: string, error: string][] = [
  ['*1\r\n:1\r\n', "expected '$', got ':'"],
  ['*1\r\n*1\r\n', "expected '$', got '*'"],
  ['*1.5\r\n', 'invalid multibulk length'],
  ['*2147483647\r\n', 'invalid multibulk length'],
  ['*1\r\n$-5\r\n', 'invalid bulk length'],
  ['*1\r\n$99999999999\r\n', 'invalid bulk length'],
  ['*1\r\n$1\r\nxx\r\n', 'expected CRLF after a bulk string'],
  [`*${'1'.repeat(70_000)}`, 'too big mbulk count string'],
  ['x'.repeat(70_000), 'too big inline request'],
  ['SET a "b\r\n', 'unbalanced quotes in request'],
];

for (const [bytes, error] of faults) {
  test(`${JSON.stringify(bytes.slice(0, 20))} is a protocol error and closes the connection`, async (t) => {
    const [node, client] = await connected(t);
    client.write(`${setA}${bytes}\r\n${encodeRequest(['set', 'a', 'after'])}`);
    assert.equal(await client.closed(), `+OK\r\n-ERR Protocol error: ${error}\r\n`);
    assert.equal(await (await node.connect(t)).ask('get a'), 'b');
  });
}

test('a protocol error is sent after the owed answers', async (t) => {
  const [node, client] = await connected(t);
  node.isDiskWorking = false;
  client.write(`${setA}*x\r\n`);
  assert.equal(await (await node.connect(t)).ask('ping'), '+PONG');
  assert.equal(client.received, '');
  node.mendDisk();
  const answers = '+OK\r\n-ERR Protocol error: invalid multibulk length\r\n';
  assert.equal(await client.closed(), answers);
});

const attacks = [
  'POST / HTTP/1.1\r\n',
  'post / HTTP/1.1\r\n',
  'Host: 127.0.0.1:5379\r\n',
  'HOST: localhost\r\n',
  encodeRequest(['POST', '/', 'HTTP/1.1']),
];

for (const attack of attacks) {
  test(`${JSON.stringify(attack)} closes the connection without a reply, and nothing is run`, async (t) => {
    const [node, client] = await connected(t);
    client.write(`${attack}\r\nSET a b\r\n${setA}`);
    assert.equal(await client.closed(), '');
    assert.equal(await (await node.connect(t)).ask('exists a'), 0);
    assert.match(
      node.warnings.join(),
      /^closed a connection from 127\.0\.0\.1: HTTP on the RESP port/,
    );
  });
}

test('GET / HTTP/1.1 closes the connection at its Host line', async (t) => {
  const [node, client] = await connected(t);
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\nSET a b\r\n');
  await client.closed();
  assert.equal(await (await node.connect(t)).ask('exists a'), 0);
});

test('repeated attacks cause one warning a minute', async (t) => {
  const node = await startLeader(t);
  for (let at = 0; at < 5; at += 1) {
    const client = await node.connect(t);
    client.write('POST / HTTP/1.1\r\n');
    await client.closed();
  }
  assert.equal(node.warnings.length, 1);
});

test('a client that ends its half after whole commands gets their answers', async (t) => {
  const [node, client] = await connected(t);
  node.isDiskWorking = false;
  client.socket.end(setA + encodeRequest(['get', 'a']), 'latin1');
  assert.equal(await (await node.connect(t)).ask('ping'), '+PONG');
  node.mendDisk();
  assert.equal(await client.closed(), '+OK\r\n$1\r\nb\r\n');
});

test('a client that ends its half after a long pipeline gets every answer', async (t) => {
  const [, client] = await connected(t);
  client.socket.end(encodeRequest(['ping']).repeat(10_000), 'latin1');
  assert.equal(await client.closed(), '+PONG\r\n'.repeat(10_000));
});

test('a command that is cut short by the end of the stream is not run', async (t) => {
  const [node, client] = await connected(t);
  client.socket.end(encodeRequest(['ping']) + setA.slice(0, -3), 'latin1');
  assert.equal(await client.closed(), '+PONG\r\n');
  assert.equal(await (await node.connect(t)).ask('exists a'), 0);
});

test('a client that ends its half at once is closed', async (t) => {
  const [, client] = await connected(t);
  client.socket.end();
  assert.equal(await client.closed(), '');
});

test('a reset in the middle of a command harms nothing', async (t) => {
  const [node, client] = await connected(t);
  const other = await node.connect(t);
  client.write(setA.slice(0, -3));
  await other.ask('ping');
  client.socket.resetAndDestroy();
  await node.until(() => node.server.connections.size === 1);
  assert.equal(await other.ask('exists a'), 0);
});

test('a reset while commands are in progress harms nothing', async (t) => {
  const [node, client] = await connected(t);
  const other = await node.connect(t);
  node.isDiskWorking = false;
  client.write(setA + encodeRequest(['ping']).repeat(5000));
  await other.ask('ping');
  client.socket.resetAndDestroy();
  await node.until(() => node.server.connections.size === 1);
  node.mendDisk();
  assert.equal(await other.ask('get a'), 'b');
});

test('the waiting commands of a closed connection are not run', async (t) => {
  const [node, client] = await connected(t);
  const other = await node.connect(t);
  node.isDiskWorking = false;
  client.write(encodeRequest(['incr', 'n']).repeat(3000));
  await other.ask('ping');
  client.socket.resetAndDestroy();
  await node.until(() => node.server.connections.size === 1);
  node.mendDisk();
  for (let at = 0; at < 20; at += 1) await other.ask('set done yes');
  assert.equal(await other.ask('get n'), '1024', 'the commands that were in progress');
});

test('a client that stays connected after QUIT is closed after 1 s', async (t) => {
  const node = await startLeader(t);
  mock.timers.enable({ apis: ['setTimeout'] });
  t.after(() => mock.timers.reset());
  const client = await node.connect(t, { allowHalfOpen: true });
  assert.equal(await client.ask('quit'), '+OK');
  await client.ended();
  client.write('ignored after QUIT\r\n');
  assert.equal(node.server.connections.size, 1);
  mock.timers.tick(1000);
  await node.until(() => node.server.connections.size === 0);
});

test('closing the server closes all connections at once', async (t) => {
  const node = await startLeader(t);
  const clients = [await node.connect(t), await node.connect(t)];
  await clients[0]?.ask('ping');
  await node.stop();
  for (const client of clients) assert.equal(await client.closed(), '');
});
