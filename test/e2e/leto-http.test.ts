/** The HTTP ports of `leto` processes (-http). */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { LetoNodes, until } from '../helpers/leto.js';
import { missing } from '../helpers/tools.js';
import { ask } from '../server/http-node.js';

const run = promisify(execFile);

function http(nodes: LetoNodes, number: number): string[] {
  return ['-http', `:${nodes.httpPort(number)}`];
}

test('an HTTP write at a follower is redirected to the leader, and reaches every node', async (t) => {
  const nodes = await LetoNodes.create(t);
  const first = nodes.run(1, ...http(nodes, 1));
  await nodes.leader(1);
  for (const number of [2, 3]) {
    const joiner = nodes.run(number, '-join', `:${nodes.respPort(1)}`, ...http(nodes, number));
    await joiner.says(/has joined/);
  }
  await first.says(new RegExp(`HTTP at 127\\.0\\.0\\.1:${nodes.httpPort(1)}, peers at`));
  const request = { method: 'POST', body: 'one' };
  const text = 'raft.Server: Not current leader';
  await until(async () => {
    const [leader, follower] = await nodes.roles();
    const told = await nodes.http(follower, '/db/a', { ...request, redirect: 'manual' });
    const location = `http://127.0.0.1:${nodes.httpPort(leader)}/db/a`;
    return told.status === 307 && told.location === location && told.text === text;
  });
  assert.equal((await nodes.http(3, '/db/a', request)).status, 200);
  for (const number of [1, 2, 3]) assert.equal((await nodes.http(number, '/db/a')).text, 'one');
  const status = JSON.parse((await nodes.http(2, '/status')).text);
  assert.deepEqual([status.id, status.httpPort], ['id2', nodes.httpPort(2)]);
  const foreign = { host: 'example.com' };
  const refused = await ask(nodes.httpPort(1), 'GET /db/a', undefined, foreign);
  assert.equal(refused.status, 403);

  await t.test('curl -L follows the redirection', { skip: missing('curl') }, async () => {
    const url = `http://localhost:${nodes.httpPort(3)}/db/a`;
    await run('curl', ['-sfL', '-X', 'PUT', '--data-binary', 'two', url]);
    assert.equal((await run('curl', ['-sfL', url])).stdout, 'two');
  });
  await t.test('the error of a port in use names the flag', async () => {
    const port = nodes.httpPort(1);
    const node = nodes.run(4, '-http', `:${port}`);
    assert.equal(await node.ended(), 1);
    const message = `leto: port ${port} is in use by another program; choose another -http\n`;
    assert.ok(node.log.endsWith(message), node.log);
  });
});

test('a follower says that its leader has no HTTP, and redirects to it once it has', async (t) => {
  const nodes = await LetoNodes.create(t);
  const first = nodes.run(1);
  await nodes.leader(1);
  const second = nodes.run(2, '-join', `:${nodes.respPort(1)}`, ...http(nodes, 2));
  await second.says(/has joined/);
  const text =
    'raft.Server: Not current leader: the leader id1 serves no HTTP; start it with -http';
  await until(async () => {
    await nodes.command(1, 'del', 'a');
    await nodes.ask(2, 'raft', 'transfer', 'id1');
    const told = await nodes.http(2, '/db/a', { method: 'PUT', body: 'x' });
    return told.status === 503 && told.text === text;
  });
  assert.equal((await nodes.http(2, '/db/a')).status, 404);

  await first.end('SIGKILL');
  nodes.run(1, ...http(nodes, 1));
  await nodes.httpAnswers(2, [200, ''], '/db/a', { method: 'PUT', body: 'x' });
  assert.equal((await nodes.http(1, '/db/a')).text, 'x');
});
