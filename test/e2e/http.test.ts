/** The HTTP ports of `leto-cluster up --http-port`, asked by curl and fetch. */

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Status } from '../../src/control/index.js';
import { curl, type HttpReply } from '../helpers/http.js';
import { turn } from '../helpers/load.js';
import { reservePorts } from '../helpers/ports.js';
import { fileAppears, Program } from '../helpers/program.js';
import { fileEnding } from '../helpers/resources.js';
import { missing } from '../helpers/tools.js';

const program = Program.create(fileEnding());

type Ask = (method: string, url: string, body?: string) => Promise<HttpReply>;

/** Asks with `curl -L`, as a user types it; the status is 0 when there is no answer. */
const askByCurl: Ask = (method, url, body) => {
  const data = body === undefined ? [] : ['--data-binary', body];
  return curl('-L', '-X', method, ...data, url);
};

const askByFetch: Ask = async (method, url, body) => {
  try {
    const reply = await fetch(url, { method, body: body ?? null });
    return { status: reply.status, body: await reply.text() };
  } catch {
    return { status: 0, body: '' };
  }
};

const asks: readonly (readonly [string, Ask])[] = [
  ['fetch', askByFetch],
  ...(missing('curl') ? [] : [['curl', askByCurl] as const]),
];

/** Repeats a request during an election, which is all that a user can do. */
function patient(ask: Ask): Ask {
  return async (...request) => {
    for (;;) {
      const reply = await ask(...request);
      if (![0, 503, 504].includes(reply.status)) return reply;
      await turn();
    }
  };
}

async function status(): Promise<Status> {
  return JSON.parse((await program.run('status', '--json')).stdout) as Status;
}

for (const [name, askOnce] of asks) {
  const ask = patient(askOnce);
  test(`${name}: a write at one node is read at all nodes, also after the leader is killed`, async (t) => {
    const readyFile = join(program.home, `ready-${name}.json`);
    const ports = await reservePorts(6);
    const up = program.start(
      ...['up', '--headless', '-p', `${ports}`, '--http-port', `${ports + 3}`],
      ...['--ready-file', readyFile],
    );
    t.after(() => program.run('down', '--all'));
    await fileAppears(readyFile);
    const { nodes, leader } = JSON.parse(await readFile(readyFile, 'utf8')) as Status;
    const urls = new Map(nodes.map(({ id, httpPort }) => [id, `http://localhost:${httpPort}`]));
    assert.deepEqual(
      nodes.map(({ httpPort }) => httpPort),
      [ports + 3, ports + 4, ports + 5],
    );

    const follower = nodes.find(({ id }) => id !== leader)?.id ?? '';
    assert.equal((await ask('POST', `${urls.get(follower)}/db/a`, 'one')).status, 200);
    for (const url of urls.values()) {
      assert.deepEqual(await ask('GET', `${url}/db/a`), { status: 200, body: 'one' });
    }

    const old = leader ?? '';
    assert.equal((await program.run('kill', 'leader')).code, 0);
    assert.equal((await askOnce('GET', `${urls.get(old)}/healthz`)).status, 0);
    // Until the next leader is elected, the answer is 503 or a redirection to the dead leader.
    assert.equal((await ask('PUT', `${urls.get(follower)}/db/a`, 'two')).status, 200);
    assert.equal((await program.run('restart', old)).code, 0);
    assert.equal((await ask('GET', `${urls.get(old)}/healthz`)).status, 200);
    assert.deepEqual(await ask('GET', `${urls.get(old)}/db/a`), { status: 200, body: 'two' });
    const told = JSON.parse((await ask('GET', `${urls.get(old)}/status`)).body);
    assert.deepEqual([told.id, told.state], [old, 'running']);
    assert.equal((await ask('DELETE', `${urls.get(old)}/db/a`)).status, 200);
    for (const url of urls.values()) assert.equal((await ask('GET', `${url}/db/a`)).status, 404);

    up.kill('SIGTERM');
    assert.deepEqual(await program.ended(up), 0);
  });
}

test('a follower replies raft.Server: Not current leader, with the URL of the leader', async (t) => {
  t.after(() => program.run('down', '--all'));
  const ports = await reservePorts(6);
  const passwordFile = join(program.home, 'password');
  await writeFile(passwordFile, 'sesame\n');
  const flags = ['-p', `${ports}`, '--http-port', `${ports + 3}`, '--password-file', passwordFile];
  const { code, stderr } = await program.run('up', '-d', ...flags);
  assert.equal(code, 0, stderr);
  const { nodes, leader } = await status();
  const follower = nodes.find(({ id }) => id !== leader);
  const leading = nodes.find(({ id }) => id === leader);
  const url = `http://127.0.0.1:${follower?.httpPort}/db/a`;
  const request = { method: 'POST', body: 'x', redirect: 'manual' } as const;
  assert.equal((await fetch(url, request)).status, 401);
  const headers = { authorization: 'Bearer sesame' };
  const reply = await fetch(url, { ...request, headers });
  assert.equal(reply.status, 307);
  assert.equal(await reply.text(), 'raft.Server: Not current leader');
  const location = reply.headers.get('location') ?? '';
  assert.equal(location, `http://127.0.0.1:${leading?.httpPort}/db/a`);
  assert.equal((await fetch(location, { ...request, headers })).status, 200);
});

test('an HTTP port in use is one clear error line', async (t) => {
  t.after(() => program.run('down', '--all'));
  const ports = await reservePorts(3);
  const same = ['-n', '1', '-p', `${ports}`, '--http-port', `${ports}`];
  const overlap = await program.run('up', '--headless', ...same);
  assert.equal(overlap.code, 2);
  assert.match(overlap.stderr, /RESP ports from [0-9]+ and HTTP ports from [0-9]+ overlap\n$/);
  const up = ['up', '-d', '-n', '1', '-p', `${ports}`, '--http-port', `${ports + 1}`];
  assert.equal((await program.run(...up)).code, 0);
  const flags = ['--name', 'other', '-n', '1', '-p', `${ports + 2}`, '--http-port', `${ports + 1}`];
  const { code, stderr } = await program.run('up', '--headless', ...flags);
  assert.equal(code, 1);
  const reason = `port ${ports + 1} is in use by another program; choose another --http-port`;
  assert.equal(stderr, `leto-cluster: ${reason}\n`);
});
