import assert from 'node:assert/strict';
import { connect as connectPlain, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type ConnectionOptions, connect } from 'node:tls';
import type { TlsSettings } from '../../src/control/index.js';
import { toTlsDialOptions } from '../../src/node/index.js';
import { Authority } from '../helpers/certificates.js';
import { endWithTest } from '../helpers/resources.js';
import { missing } from '../helpers/tools.js';
import { HttpNode } from './http-node.js';
import { startElected } from './test-cluster.js';
import { startLeader } from './test-node.js';

const openssl = { skip: missing('openssl') };

async function identity(t: TestContext): Promise<TlsSettings> {
  return (await Authority.create(t)).identity('node');
}

/** Resolves with the bytes that a socket receives until it is closed. */
function heardOn(t: TestContext, socket: Socket): Promise<string> {
  let heard = '';
  socket.on('data', (chunk) => {
    heard += chunk;
  });
  socket.on('error', () => {});
  t.after(() => socket.destroy());
  return new Promise((resolve) => socket.once('close', () => resolve(heard)));
}

function sayPlain(t: TestContext, port: number, text: string): Promise<string> {
  const socket = endWithTest(t, connectPlain(port, '127.0.0.1'));
  socket.write(text);
  return heardOn(t, socket);
}

function sayByTls(t: TestContext, port: number, text: string, options: ConnectionOptions) {
  const settings = { port, host: '127.0.0.1', rejectUnauthorized: false, ...options };
  const socket = endWithTest(t, connect(settings));
  socket.write(text);
  return heardOn(t, socket);
}

test('a RESP port with TLS serves clients with a certificate of its CA', openssl, async (t) => {
  const tls = await identity(t);
  const { port } = await startLeader(t, { settings: { tls } });
  assert.equal(
    await sayByTls(t, port, 'PING\r\nQUIT\r\n', toTlsDialOptions(tls)),
    '+PONG\r\n+OK\r\n',
  );
  const foreign = toTlsDialOptions(await identity(t));
  for (const options of [{}, { ...foreign, ca: tls.ca }, { maxVersion: 'TLSv1.1' as const }]) {
    assert.equal(await sayByTls(t, port, 'PING\r\n', options), '');
  }
  assert.ok(!(await sayPlain(t, port, 'PING\r\nPING\r\n')).includes('PONG'));
  assert.equal(
    await sayByTls(t, port, 'PING\r\nQUIT\r\n', toTlsDialOptions(tls)),
    '+PONG\r\n+OK\r\n',
  );
});

test('a TLS client on a plain RESP port is disconnected', async (t) => {
  const { port } = await startLeader(t);
  assert.equal(await sayByTls(t, port, 'PING\r\n', {}), '');
  assert.equal(await sayPlain(t, port, 'PING\r\nQUIT\r\n'), '+PONG\r\n+OK\r\n');
});

const close = 'Host: localhost\r\nConnection: close\r\n';

test('an HTTP port with TLS serves clients with a certificate of its CA', openssl, async (t) => {
  const tls = await identity(t);
  const { port } = await HttpNode.start(t, await startLeader(t, { settings: { tls } }));
  const get = `GET /healthz HTTP/1.1\r\n${close}\r\n`;
  assert.match(await sayByTls(t, port, get, toTlsDialOptions(tls)), /^HTTP\/1.1 200 OK\r\n/);
  assert.equal(await sayByTls(t, port, get, {}), '');
  assert.ok(!(await sayPlain(t, port, get)).includes('200 OK'));
  const own = `GET /db/a HTTP/1.1\r\n${close}Origin: https://localhost\r\n\r\n`;
  assert.match(await sayByTls(t, port, own, toTlsDialOptions(tls)), /^HTTP\/1.1 404 /);
});

test('a follower with TLS redirects to https and forwards commands by TLS', openssl, async (t) => {
  const tls = await identity(t);
  const { nodes } = await startElected(t, { settings: { tls } });
  const [leader, follower] = nodes;
  const http = await HttpNode.start(t, follower);
  http.server.addresses.set(leader.id, { host: '127.0.0.1', port: 1 });
  const put = `PUT /db/a HTTP/1.1\r\n${close}Content-Length: 0\r\n\r\n`;
  const answer = await sayByTls(t, http.port, put, toTlsDialOptions(tls));
  assert.match(answer, /\r\nlocation: https:\/\/127\.0\.0\.1:1\/db\/a\r\n/i);
  const proxied = 'RAFT FOLLOWER PROXY\r\nSET a 1\r\nQUIT\r\n';
  assert.equal(
    await sayByTls(t, follower.port, proxied, toTlsDialOptions(tls)),
    '+OK\r\n+OK\r\n+OK\r\n',
  );
});

test('a TLS client on a plain HTTP port is disconnected', async (t) => {
  const { port } = await HttpNode.start(t, await startLeader(t));
  assert.equal(await sayByTls(t, port, 'GET / HTTP/1.1\r\n\r\n', {}), '');
});
