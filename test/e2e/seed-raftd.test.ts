/** What users of raftd know from its README and met as problems, with `leto` in its place. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { curl, type HttpReply } from '../helpers/http.js';
import { LetoNodes, until } from '../helpers/leto.js';
import { missing } from '../helpers/tools.js';

const skip = missing('curl');

function urlOf(nodes: LetoNodes, number: number): string {
  return `http://localhost:${nodes.httpPort(number)}`;
}

/** Starts three nodes with HTTP; the third joins through the second, a follower. */
async function three(t: TestContext) {
  const nodes = await LetoNodes.create(t);
  const run = (number: number, ...more: string[]) =>
    nodes.run(number, '-http', `:${nodes.httpPort(number)}`, ...more);
  const processes = [run(1)];
  await nodes.leader(1);
  for (const number of [2, 3]) {
    const joiner = run(number, '-join', `:${nodes.respPort(number - 1)}`);
    processes.push(joiner);
    await joiner.says(/has joined/);
  }
  return { nodes, run, processes, urls: [1, 2, 3].map((number) => urlOf(nodes, number)) };
}

/** Repeats a request during an election, which is all that a user can do. */
async function patiently(...words: string[]): Promise<HttpReply> {
  let reply: HttpReply = { status: 0, body: '' };
  await until(async () => {
    reply = await curl(...words);
    return ![0, 503, 504].includes(reply.status);
  });
  return reply;
}

const written = { status: 200, body: '' };

test("the walk through raftd's README: POST, GET on all, kill -9 of the leader, and its return", {
  skip,
}, async (t) => {
  const { nodes, run, urls, processes } = await three(t);
  const urlsByRole = async () => (await nodes.roles()).map((number) => urlOf(nodes, number));
  await until(async () => {
    const [leader] = await urlsByRole();
    return (await patiently('-XPOST', `${leader}/db/foo`, '-d', 'bar')).status === written.status;
  });
  for (const url of urls) {
    assert.deepEqual(await patiently(`${url}/db/foo`), { status: 200, body: 'bar' });
  }
  await until(async () => {
    const [, follower] = await urlsByRole();
    const { status, body } = await patiently('-XPOST', `${follower}/db/foo`, '-d', 'baz');
    return status === 307 && body === 'raft.Server: Not current leader';
  });
  assert.deepEqual(await patiently('-L', `${urls[1]}/db/foo`, '-d', 'baz'), written);
  for (const url of urls) assert.equal((await patiently(`${url}/db/foo`)).body, 'baz');

  const [killed, ...others] = await nodes.roles();
  await processes[killed - 1]?.end('SIGKILL');
  for (const number of others) {
    const expected = { status: 200, body: 'baz' };
    assert.deepEqual(await patiently(`${urlOf(nodes, number)}/db/foo`), expected);
  }
  for (const number of others) {
    const url = `${urlOf(nodes, number)}/db/foo`;
    assert.deepEqual(await patiently('-L', url, '-d', 'qux'), written);
  }
  run(killed);
  const expected = { status: 200, body: 'qux' };
  assert.deepEqual(await patiently(`${urlOf(nodes, killed)}/db/foo`), expected);
});

test('problems that clients of raftd met', { skip }, async (t) => {
  const { nodes, processes, run, urls } = await three(t);
  const [one, two, three_] = urls as [string, string, string];

  await t.test('raftd: a missing key is 404, not an empty value', async () => {
    assert.equal((await patiently(`${two}/db/missing`)).status, 404);
    assert.deepEqual(await patiently('-L', '-XPOST', `${one}/db/empty`), written);
    assert.deepEqual(await patiently(`${two}/db/empty`), { status: 200, body: '' });
  });

  await t.test('raftd: a key can be deleted', async () => {
    assert.equal((await patiently('-L', '-XDELETE', `${three_}/db/empty`)).status, 200);
    assert.equal((await patiently(`${two}/db/empty`)).status, 404);
  });

  await t.test(
    'raftd: a node can join through a follower, and every node serves its status',
    async () => {
      for (const [at, url] of urls.entries()) {
        const status = JSON.parse((await patiently(`${url}/status`)).body);
        assert.deepEqual([status.id, status.voter], [`id${at + 1}`, true]);
      }
    },
  );

  await t.test('raftd: a read returns the last write, on every node', async () => {
    for (let count = 0; count < 10; count += 1) {
      await patiently('-L', `${one}/db/count`, '-d', `${count}`);
      for (const url of urls) assert.equal((await patiently(`${url}/db/count`)).body, `${count}`);
    }
  });

  await t.test('raftd: a killed node comes back from a snapshot', async () => {
    assert.equal(await nodes.ask(1, 'snapshot'), 'OK');
    await processes[0]?.end('SIGKILL');
    const again = run(1, '-join', `:${nodes.respPort(2)}`);
    assert.deepEqual(await patiently(`${one}/db/count`), { status: 200, body: '9' });
    assert.doesNotMatch(again.log, /^leto: /m);
  });
});
