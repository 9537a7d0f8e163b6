import assert from 'node:assert/strict';
import { request } from 'node:http';
import { type TestContext, test } from 'node:test';
import { valueBytesMax } from '../../src/base/limits.js';
import { HttpNode, replyTo } from './http-node.js';
import { startLeader } from './test-node.js';

const head = 'Host: localhost\r\n';

function start(t: TestContext, limits = {}) {
  return startLeader(t).then((node) => HttpNode.start(t, node, limits));
}

test('a value of 64 MiB can be written and read, with a length or in chunks', async (t) => {
  const http = await start(t);
  const value = Buffer.alloc(valueBytesMax);
  for (let at = 0; at < value.length; at += 4096) value.writeUInt32LE(at, at);
  const chunked = { 'transfer-encoding': 'chunked' };
  for (const headers of [{}, chunked]) {
    assert.equal((await http.ask('PUT /db/a', value, headers)).status, 200);
    assert.ok(value.equals((await http.ask('GET /db/a')).body));
    await http.ask('DELETE /db/a');
  }
});

test('a value with a larger Content-Length is refused before it is sent', async (t) => {
  const http = await start(t);
  const headers = { 'content-length': valueBytesMax + 1, expect: '100-continue' };
  const options = { host: '127.0.0.1', port: http.port, method: 'PUT', path: '/db/a', headers };
  const outgoing = request({ ...options, agent: false });
  t.after(() => outgoing.destroy());
  outgoing.flushHeaders();
  const { status, text } = await replyTo(outgoing);
  assert.deepEqual([status, text], [413, `a value can have at most ${valueBytesMax} bytes`]);
});

test('a chunked value that is larger is refused, and the connection stays open', async (t) => {
  const http = await start(t);
  const client = await http.connect();
  client.write(`PUT /db/a HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n`);
  const chunk = `${(1024 * 1024).toString(16)}\r\n${'x'.repeat(1024 * 1024)}\r\n`;
  for (let sent = 0; sent < 70; sent += 1) client.write(chunk);
  client.write(`0\r\n\r\nGET /db/a HTTP/1.1\r\n${head}Connection: close\r\n\r\n`);
  const answers = await client.closed();
  assert.match(answers, /^HTTP\/1.1 413 /);
  assert.match(answers, /\r\n\r\na value can have at most 67108864 bytesHTTP\/1.1 404 /);
});

test('incoming bodies have a common limit, which frees up when they are done', async (t) => {
  const http = await start(t, { bodiesBytesMax: 1000 });
  const value = 'x'.repeat(900);
  for (const text of ['', '']) assert.equal((await http.ask('PUT /db/a', value)).text, text);
  const slow = await http.connect();
  slow.write(`PUT /db/b HTTP/1.1\r\n${head}Content-Length: 900\r\n\r\n${'x'.repeat(899)}`);
  let refused = await http.ask('PUT /db/c', value);
  while (refused.status === 200) refused = await http.ask('PUT /db/c', value);
  assert.equal(refused.status, 503);
  assert.match(refused.text, /^too many large values at once; this one was not set/);
  slow.write('x');
  assert.equal(await slow.line(), 'HTTP/1.1 200 OK');
  assert.equal((await http.ask('PUT /db/d', value)).status, 200);
});

test('a client that disconnects in the middle of its value has no effect', async (t) => {
  const node = await startLeader(t);
  const http = await HttpNode.start(t, node, { bodiesBytesMax: 1000 });
  for (let round = 0; round < 5; round += 1) {
    const client = await http.connect();
    const length = `Content-Length: 900\r\n\r\n`;
    client.write(`PUT /db/a HTTP/1.1\r\n${head}${length}${'x'.repeat(800)}`);
    client.socket.end();
    await client.closed();
  }
  assert.equal((await http.ask('PUT /db/b', 'x'.repeat(900))).status, 200);
  assert.equal(node.replica.machine.store.size, 1);
});

const lateSenders: readonly (readonly [what: string, sent: string])[] = [
  ['sends nothing', ''],
  ['does not end its headers', `PUT /db/a HTTP/1.1\r\n${head}`],
  ['does not end its value', `PUT /db/a HTTP/1.1\r\n${head}Content-Length: 9\r\n\r\nx`],
];

for (const [what, sent] of lateSenders) {
  test(`a client that ${what} is disconnected`, async (t) => {
    const late = { headersMsMax: 20, requestMsMax: 40, timeoutCheckIntervalMs: 10 };
    const http = await start(t, late);
    const client = await http.connect();
    client.write(sent);
    assert.match(await client.closed(), /^(HTTP\/1.1 408 |$)/);
    assert.equal((await http.ask('GET /db/a')).status, 404);
  });
}

test('a client that does not read its answer is disconnected', async (t) => {
  const http = await start(t, { stallMsMax: 50, connectionsMax: 1 });
  await http.ask('PUT /db/a', 'x'.repeat(32 * 1024 * 1024));
  await http.untilServed();
  const client = await http.connect();
  client.socket.pause();
  client.write(`GET /db/a HTTP/1.1\r\n${head}\r\n`);
  await http.untilServed();
});

test('an idle connection is closed', async (t) => {
  const http = await start(t, { idleMsMax: 20 });
  const client = await http.connect();
  client.write(`GET /healthz HTTP/1.1\r\n${head}\r\n`);
  assert.match(await client.closed(), /^HTTP\/1.1 200 OK\r\n/);
});

test('connections beyond the limit are closed, and the others stay open', async (t) => {
  const http = await start(t, { connectionsMax: 2 });
  const [first, second] = [await http.connect(), await http.connect()];
  const late = await http.connect();
  late.write(`GET /healthz HTTP/1.1\r\n${head}\r\n`);
  assert.equal(await late.closed(), '');
  first.write(`GET /healthz HTTP/1.1\r\n${head}\r\n`);
  assert.equal(await first.line(), 'HTTP/1.1 200 OK');
  second.socket.destroy();
  await http.untilServed();
});

test('pipelined requests are served one after another, in order', async (t) => {
  const http = await start(t);
  const client = await http.connect();
  const put = (value: string) => `PUT /db/a HTTP/1.1\r\n${head}Content-Length: 1\r\n\r\n${value}`;
  const get = `GET /get?key=a&relaxed=true HTTP/1.1\r\n${head}\r\n`;
  const last = `DELETE /db/a HTTP/1.1\r\n${head}Connection: close\r\n\r\n`;
  client.write(get + put('1') + get + put('2') + get + last);
  const answers = await client.closed();
  const bodies = [...answers.matchAll(/HTTP\/1.1 ([0-9]+) .*?\r\n\r\n([a-z0-9 ]*)/gs)];
  assert.deepEqual(
    bodies.map(([, status, body]) => `${status} ${body}`),
    ['404 key not found', '200 ', '200 1', '200 ', '200 2', '200 '],
  );
});

test('a connection with too many unanswered requests is closed', async (t) => {
  const node = await startLeader(t);
  const http = await HttpNode.start(t, node, { pipelineMax: 10 });
  node.isDiskWorking = false;
  const client = await http.connect();
  client.write(`GET /set?key=a&value=b HTTP/1.1\r\n${head}\r\n`.repeat(11));
  assert.equal(await client.closed(), '');
  node.mendDisk();
  assert.equal((await http.ask('GET /healthz')).status, 200);
});

test('a URL that is too long is refused', async (t) => {
  const http = await start(t);
  assert.equal((await http.ask(`GET /db/${'x'.repeat(60_000)}`)).status, 404);
  assert.equal((await http.ask(`GET /db/${'x'.repeat(70_000)}`)).status, 431);
});

const invalidRequests: readonly (readonly [what: string, bytes: string])[] = [
  ['RESP', '*1\r\n$4\r\nPING\r\n'],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ['two lengths', `PUT /db/a HTTP/1.1\r\n${head}Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx`],
  [
    'a length and chunks',
    `PUT /db/a HTTP/1.1\r\n${head}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ],
  ['raw bytes in the URL', `PUT /db/\xe4 HTTP/1.1\r\n${head}\r\n`],
];

for (const [what, bytes] of invalidRequests) {
  test(`${what} on the HTTP port is refused, and the connection is closed`, async (t) => {
    const node = await startLeader(t);
    const http = await HttpNode.start(t, node);
    const client = await http.connect();
    client.write(bytes);
    assert.match(await client.closed(), /^HTTP\/1.1 400 Bad Request\r\n/);
    assert.equal(node.replica.machine.store.size, 0);
  });
}

test('closing the server closes all connections, even with unanswered requests', async (t) => {
  const node = await startLeader(t);
  const http = await HttpNode.start(t, node);
  node.isDiskWorking = false;
  const [idle, waiting] = [await http.connect(), await http.connect()];
  waiting.write(`GET /set?key=a&value=b HTTP/1.1\r\n${head}\r\n`);
  await node.until(() => node.replica.raftState.log.lastIndex === 2);
  await http.server.close();
  assert.deepEqual([await idle.closed(), await waiting.closed()], ['', '']);
});

test('requests in progress are answered when a node stops gracefully', async (t) => {
  const node = await startLeader(t);
  const http = await HttpNode.start(t, node);
  node.isDiskWorking = false;
  const asked = http.ask('PUT /db/a', 'x');
  await node.until(() => node.replica.raftState.log.lastIndex === 2);
  http.server.stopListening();
  const left = http.server.untilClientsLeave();
  node.mendDisk();
  assert.equal((await asked).status, 200);
  await left;
  await assert.rejects(http.ask('GET /healthz'), { code: 'ECONNREFUSED' });
});
