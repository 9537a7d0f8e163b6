/** `leto` processes with -secret-file, -password-file and -tls-*. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import type { TlsSettings } from '../../src/control/index.js';
import { Authority } from '../helpers/certificates.js';
import { LetoNodes, patiently } from '../helpers/leto.js';
import { connectTo } from '../helpers/load.js';
import { temporaryFolder } from '../helpers/resources.js';
import { missing } from '../helpers/tools.js';

const run = promisify(execFile);

/** The first creates the cluster; the second joins through the first, the third through the second. */
async function three(nodes: LetoNodes) {
  const first = nodes.run(1);
  await nodes.leader(1);
  return { first, second: await nodes.join(2, 1), third: await nodes.join(3, 2) };
}

async function replicates(nodes: LetoNodes): Promise<void> {
  await nodes.command(1, 'set', 'a', '1');
  for (const number of [1, 2, 3]) await nodes.answers(number, '1', 'get', 'a');
}

const secret = 'a secret of this test';
const password = 'sesåme';

async function secretFiles(t: TestContext) {
  const folder = temporaryFolder(t, 'secrets');
  const put = async (name: string, text: string) => {
    await writeFile(join(folder, name), `${text}\n`, { mode: 0o600 });
    return join(folder, name);
  };
  return {
    secretFile: await put('secret', secret),
    otherFile: await put('other', 'another secret of this test'),
    passwordFile: await put('password', password),
  };
}

test('three nodes with a secret and a password refuse a node with another secret', async (t) => {
  const { secretFile, otherFile, passwordFile } = await secretFiles(t);
  const flags = ['-secret-file', secretFile, '-password-file', passwordFile];
  const nodes = await LetoNodes.create(t, { flags, client: { password } });
  const { first, second, third } = await three(nodes);
  await replicates(nodes);

  const fourth = nodes.run(4, '-join', `:${nodes.respPort(1)}`, '-secret-file', otherFile);
  await first.says(/id1 warns: cannot connect to id4: its secret differs; /);
  await fourth.end('SIGKILL');
  await replicates(nodes);
  for (const { log } of [first, second, third, fourth]) {
    assert.ok(![secret, password, 'another secret'].some((text) => log.includes(text)), log);
  }
});

test('a node without the password is told so, and does not join', async (t) => {
  const { secretFile, passwordFile } = await secretFiles(t);
  const access = { flags: ['-secret-file', secretFile], client: { password } };
  const nodes = await LetoNodes.create(t, access);
  nodes.run(1, '-password-file', passwordFile);
  await nodes.leader(1);
  const second = nodes.run(2, '-join', `:${nodes.respPort(1)}`);
  assert.equal(await second.ended(), 1);
  assert.match(second.log, /^leto: .* refused the join: NOAUTH .* -password-file$/m);
});

const openssl = { skip: missing('openssl') };

async function threeByTls(t: TestContext) {
  const authority = await Authority.create(t);
  const files = await authority.sign('node');
  const [cert, key, ca] = await Promise.all(
    [files.cert, files.key, files.ca].map((file) => readFile(file, 'utf8')),
  );
  // A certificate of the CA is enough; the name in it is not checked.
  const tls = { cert, key, ca, checkServerIdentity: () => undefined } as object;
  const flags = ['-tls-cert', files.cert, '-tls-key', files.key, '-tls-ca', files.ca];
  const nodes = await LetoNodes.create(t, { flags, client: { tls } });
  return { nodes, files, ...(await three(nodes)) };
}

test(
  'three nodes speak TLS to each other and to ioredis, and refuse plain connections',
  openssl,
  async (t) => {
    const { nodes, first } = await threeByTls(t);
    await replicates(nodes);
    const plain = connectTo(t, nodes.respPort(1));
    await assert.rejects(plain.connect());
    assert.equal(await first.end('SIGTERM'), 0);
    await nodes.command(2, 'set', 'a', '2');
  },
);

const redisCli = { skip: openssl.skip || missing('redis-cli') || (await lacksTls()) };

async function lacksTls(): Promise<string | false> {
  const help = await run('redis-cli', ['--help']).catch(({ stdout, stderr }) => ({
    stdout,
    stderr,
  }));
  return `${help.stdout}${help.stderr}`.includes('--tls') ? false : 'this redis-cli has no TLS';
}

async function askByTls({ cert, key, ca }: TlsSettings, port: number, ...words: string[]) {
  const tls = ['--tls', '--cert', cert, '--key', key, '--cacert', ca];
  return (await run('redis-cli', [...tls, '-p', String(port), ...words])).stdout.trim();
}

test(
  'redis-cli --tls is served with a certificate of the CA, and refused without one',
  redisCli,
  async (t) => {
    const { nodes, files } = await threeByTls(t);
    const ask = (number: number, ...words: string[]) =>
      askByTls(files, nodes.respPort(number), ...words);
    const set = async () => ask(await nodes.leader(1), 'set', 'foo', 'bar');
    assert.equal(await patiently(set), 'OK');
    assert.equal(await patiently(() => ask(3, 'get', 'foo')), 'bar');
    const port = nodes.respPort(1);
    const stranger = run('redis-cli', ['--tls', '--cacert', files.ca, '-p', String(port), 'ping']);
    const answer = await stranger.then(
      ({ stdout }) => stdout,
      ({ stderr }) => String(stderr),
    );
    assert.ok(!answer.includes('PONG'), answer);
  },
);
