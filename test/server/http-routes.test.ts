import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpNode, status } from './http-node.js';
import { startLeader } from './test-node.js';

type Step = readonly [line: string, body: string, status: number, text: string];

const steps: readonly Step[] = [
  ['GET /db/a', '', 404, 'key not found'],
  ['DELETE /db/a', '', 404, 'key not found'],
  ['POST /db/a', 'one', 200, ''],
  ['GET /db/a', '', 200, 'one'],
  ['GET /get?key=a', '', 200, 'one'],
  ['GET /get?relaxed=true&key=a', '', 200, 'one'],
  ['PUT /db/a', 'two', 200, ''],
  ['GET /db/a?relaxed=true', '', 200, 'two'],
  ['GET /set?key=a&value=three', '', 200, ''],
  ['GET /db/a', '', 200, 'three'],
  ['POST /set?key=a&value=four', 'not this', 200, ''],
  ['GET /db/a', '', 200, 'four'],
  ['POST /db/a', '', 200, ''],
  ['GET /db/a', '', 200, ''],
  ['GET /get?key=a', '', 200, ''],
  ['DELETE /db/a', '', 200, ''],
  ['GET /db/a', '', 404, 'key not found'],
  ['GET /get?key=a', '', 404, 'key not found'],
  ['GET /get?key=a&relaxed=true', '', 404, 'key not found'],
  ['GET /healthz', '', 200, 'ok'],
];

test('keys are written, read and removed by every route', async (t) => {
  const http = await HttpNode.start(t, await startLeader(t));
  for (const [line, body, expected, text] of steps) {
    const reply = await http.ask(line, body);
    assert.deepEqual([line, reply.status, reply.text], [line, expected, text]);
  }
});

const refusals: readonly (readonly [line: string, status: number, allow?: string])[] = [
  ['GET /', 404],
  ['GET /db', 404],
  ['POST /raft/appendEntries', 404],
  ['GET http://127.0.0.1/db/a', 404],
  ['PATCH /db/a', 405, 'GET, POST, PUT, DELETE'],
  ['HEAD /db/a', 405, 'GET, POST, PUT, DELETE'],
  ['OPTIONS /db/a', 405, 'GET, POST, PUT, DELETE'],
  ['POST /get?key=a', 405, 'GET'],
  ['PUT /set?key=a&value=b', 405, 'GET, POST'],
  ['POST /status', 405, 'GET'],
  ['POST /healthz', 405, 'GET'],
  ['GET /get', 400],
  ['GET /set?key=a', 400],
  ['GET /set?value=a', 400],
  ['POST /db/%zz', 400],
  ['POST /db/%', 400],
  ['GET /set?key=%f&value=b', 400],
  ['GET /set?key=a&value=%e', 400],
];

test('unknown routes and methods are refused without effect', async (t) => {
  const node = await startLeader(t);
  const http = await HttpNode.start(t, node);
  for (const [line, expected, allow] of refusals) {
    const reply = await http.ask(line);
    assert.equal(reply.status, expected, line);
    assert.equal(reply.headers.allow, allow, line);
    if (!line.startsWith('HEAD')) assert.notEqual(reply.text, '', line);
  }
  assert.equal(node.replica.machine.store.size, 0);
});

const keys: readonly (readonly [path: string, key: string])[] = [
  ['/db/plain', 'plain'],
  ['/db/', ''],
  ['/db/a/b/../c', 'a/b/../c'],
  ['/db/a+b', 'a+b'],
  ['/db/a%20b%2Fc%3f', 'a b/c?'],
  ['/db/%E2%98%83', Buffer.from('☃').toString('latin1')],
  ['/db/%ff%00%0D%0a', '\xff\0\r\n'],
  ['/set?key=a+b%2B&value=x', 'a b+'],
  ['/set?key=a=b&value=x', 'a=b'],
  ['/set?key=a?b&value=x&key=other', 'a?b'],
  ['/set?key=%E2%98%83&value=x', Buffer.from('☃').toString('latin1')],
];

for (const [path, key] of keys) {
  test(`${path} names the key ${JSON.stringify(key)}`, async (t) => {
    const node = await startLeader(t);
    const http = await HttpNode.start(t, node);
    assert.equal((await http.ask(`POST ${path}`, 'x')).status, 200);
    assert.equal(node.replica.machine.store.get(key), 'x');
    assert.equal(node.replica.machine.store.size, 1);
  });
}

test('a value can be any bytes, and RESP clients see the same', async (t) => {
  const node = await startLeader(t);
  const http = await HttpNode.start(t, node);
  const value = Buffer.from(Array.from({ length: 512 }, (_, at) => at % 256));
  await http.ask('PUT /db/a', value);
  const { body, headers } = await http.ask('GET /db/a');
  assert.deepEqual(body, value);
  assert.equal(headers['content-type'], 'application/octet-stream');
  assert.equal(await (await node.connect(t)).ask('get a'), value.toString('latin1'));
  await http.ask('GET /set?key=b&value=%00%ff%E2%98%83');
  assert.deepEqual((await http.ask('GET /db/b')).body, Buffer.from([0, 255, 0xe2, 0x98, 0x83]));
});

test('/status returns the status of the node as JSON', async (t) => {
  const http = await HttpNode.start(t, await startLeader(t));
  const { body, headers } = await http.ask('GET /status');
  assert.equal(headers['content-type'], 'application/json');
  assert.deepEqual(JSON.parse(body.toString()), status);
});

test('answers forbid type sniffing and caching', async (t) => {
  const http = await HttpNode.start(t, await startLeader(t));
  await http.ask('PUT /db/a', '<script>');
  for (const line of ['GET /db/a', 'GET /db/b', 'GET /status', 'GET /healthz', 'GET /x']) {
    const { headers } = await http.ask(line);
    assert.equal(headers['x-content-type-options'], 'nosniff', line);
    assert.equal(headers['cache-control'], 'no-store', line);
    assert.match(headers['content-type'] ?? '', /octet-stream|text\/plain|json/, line);
  }
});
