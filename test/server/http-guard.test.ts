import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpNode } from './http-node.js';
import { startLeader } from './test-node.js';

const ownHosts = [
  'localhost',
  'LocalHost:80',
  '127.0.0.1',
  '127.0.0.1:1',
  '127.1.2.3:65535',
  '[::1]',
  '[::1]:8080',
];

const foreignHosts = [
  'example.com',
  'example.com:8080',
  'localhost.example.com',
  'localhost:x',
  'localhost@example.com',
  'example.com@localhost',
  '127.0.0.1.example.com',
  '127.0.0.1:80:80',
  '0.0.0.0',
  '192.168.0.1',
  '[::2]',
  '::1',
  ' ',
];

test('a foreign Host is refused, since its name may have been rebound to our address', async (t) => {
  const node = await startLeader(t);
  const http = await HttpNode.start(t, node);
  for (const host of ownHosts) {
    assert.equal((await http.ask('PUT /db/a', 'x', { host })).status, 200, host);
  }
  for (const host of foreignHosts) {
    for (const line of ['PUT /db/b', 'GET /db/a', 'GET /status', 'GET /healthz', 'GET /x']) {
      assert.equal((await http.ask(line, '', { host })).status, 403, `${line} ${host}`);
    }
  }
  assert.equal(node.replica.machine.store.size, 1);
});

test('the address that the node is bound to is allowed as Host', async (t) => {
  const node = await startLeader(t, { settings: { httpHost: '127.0.0.2' } });
  const http = await HttpNode.start(t, node);
  const client = await http.connect('127.0.0.2');
  client.write('GET /healthz HTTP/1.1\r\nHost: 127.0.0.2\r\nConnection: close\r\n\r\n');
  assert.match(await client.closed(), /^HTTP\/1.1 200 OK\r\n/);
});

test('the advertised address is allowed as Host', async (t) => {
  const raft = { host: '10.0.0.7', port: 15_379 };
  const advertised = { raft, respHost: '10.0.0.7', httpHost: 'DB.example' };
  const node = await startLeader(t, { settings: { advertised } });
  const http = await HttpNode.start(t, node);
  for (const [host, status] of [
    ['db.example:80', 200],
    ['DB.Example', 200],
    ['10.0.0.7', 403],
  ] as const) {
    assert.equal((await http.ask('GET /healthz', undefined, { host })).status, status);
  }
});

test('a request without a Host is refused', async (t) => {
  const http = await HttpNode.start(t, await startLeader(t));
  for (const [version, answer] of [
    ['1.1', /^HTTP\/1.1 400 /],
    ['1.0', /^HTTP\/1.1 403 /],
  ] as const) {
    const client = await http.connect();
    client.write(`GET /set?key=a&value=b HTTP/${version}\r\n\r\n`);
    assert.match(await client.closed(), answer);
  }
});

const foreignPages: readonly object[] = [
  { origin: 'http://example.com' },
  { origin: 'null' },
  { origin: '' },
  { origin: 'http://localhost:1' },
  { origin: 'https://localhost' },
  { origin: 'http://localhost, http://example.com' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
];

const ownPages: readonly object[] = [
  {},
  { origin: 'http://localhost' },
  { origin: 'http://LOCALHOST' },
  { origin: 'http://localhost:80', host: 'localhost:80' },
  { 'sec-fetch-site': 'none' },
  { 'sec-fetch-site': 'same-origin', origin: 'http://localhost' },
];

test('requests from foreign pages are refused without effect', async (t) => {
  const node = await startLeader(t);
  const http = await HttpNode.start(t, node);
  for (const headers of foreignPages) {
    for (const line of ['GET /set?key=a&value=b', 'POST /db/a', 'GET /db/a', 'GET /status']) {
      const { status } = await http.ask(line, 'x', { host: 'localhost', ...headers });
      assert.equal(status, 403, `${line} ${JSON.stringify(headers)}`);
    }
  }
  assert.equal(node.replica.machine.store.size, 0);
  for (const headers of ownPages) {
    const { status } = await http.ask('POST /db/a', 'x', { host: 'localhost', ...headers });
    assert.equal(status, 200, JSON.stringify(headers));
  }
});

test('answers carry no CORS headers', async (t) => {
  const http = await HttpNode.start(t, await startLeader(t));
  const origin = 'http://localhost';
  const { headers } = await http.ask('GET /status', '', { host: 'localhost', origin });
  assert.equal(headers['access-control-allow-origin'], undefined);
});

const password = 'öpen: sesame';

function basic(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

const bytes = Buffer.from(password).toString('latin1');

const credentials: readonly (readonly [authorization: string, isIn: boolean])[] = [
  [basic(`default:${password}`), true],
  [basic(`:${password}`), true],
  [basic(`anyone:${password}`).replace('Basic', 'basic'), true],
  [`Bearer ${bytes}`, true],
  [`bearer ${bytes}`, true],
  [basic(password), false],
  [basic(`default:${password} `), false],
  [basic(`default:${password.toUpperCase()}`), false],
  [basic('default:'), false],
  [basic(''), false],
  ['Basic', false],
  ['Basic %%%', false],
  ['Bearer', false],
  [`Bearer ${bytes}x`, false],
  [`Digest ${bytes}`, false],
  [bytes, false],
];

test('a node with a password refuses requests without it', async (t) => {
  const node = await startLeader(t, { settings: { password } });
  const http = await HttpNode.start(t, node);
  for (const [authorization, isIn] of credentials) {
    for (const line of ['PUT /db/a', 'GET /status', 'GET /set?key=b&value=c']) {
      const { status, headers } = await http.ask(line, 'x', { authorization });
      assert.equal(status, isIn ? 200 : 401, `${line} ${authorization}`);
      assert.equal(
        headers['www-authenticate']?.startsWith('Basic realm='),
        isIn ? undefined : true,
      );
    }
  }
});

test('only /healthz needs no password', async (t) => {
  const node = await startLeader(t, { settings: { password } });
  const http = await HttpNode.start(t, node);
  for (const line of [
    'PUT /db/a',
    'DELETE /db/a',
    'GET /set?key=a&value=b',
    'GET /status',
    'GET /x',
  ]) {
    assert.equal((await http.ask(line, 'x')).status, 401, line);
  }
  assert.equal(node.replica.machine.store.size, 0);
  assert.equal((await http.ask('GET /healthz')).text, 'ok');
});
