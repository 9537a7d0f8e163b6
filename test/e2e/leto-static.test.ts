/** Static clusters of `leto` processes, with the flags of goraft's kvapi. */

import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { LetoNodes, LetoProcess } from '../helpers/leto.js';

/** Starts all three members; each waits until the others run too. */
async function startAll(t: TestContext) {
  const nodes = await LetoNodes.create(t);
  const processes = new Map<number, LetoProcess>();
  for (const number of [3, 1, 2]) {
    const process = nodes.runStatic(number);
    processes.set(number, process);
    await process.says(/has no data in .* with the same --cluster/);
  }
  for (const process of processes.values()) await process.says(/ is running: /);
  const get = (number: number) => processes.get(number) as LetoProcess;
  return { nodes, get };
}

test("goraft's kvapi: /set works on any node, /get on all, and a majority keeps working", async (t) => {
  const { nodes, get } = await startAll(t);
  for (const number of [1, 2, 3]) {
    const path = `/set?key=k${number}&value=v${number}`;
    assert.equal((await nodes.http(number, path)).status, 200);
  }
  for (const number of [1, 2, 3]) {
    assert.equal((await nodes.http(number, '/get?key=k1')).text, 'v1');
    await nodes.httpAnswers(number, [200, 'v3'], '/get?key=k3&relaxed=true');
  }
  assert.deepEqual((await readdir(nodes.folder)).sort(), ['node-1', 'node-2', 'node-3']);
  await Promise.all([1, 2, 3].map((number) => get(number).end('SIGKILL')));
  nodes.runStatic(2);
  nodes.runStatic(3);
  assert.equal((await nodes.http(2, '/get?key=k2')).text, 'v2');
  assert.equal((await nodes.http(3, '/set?key=k2&value=again')).status, 200);
});

test('a member that lost its folder is refused, and comes back with LEAVE and -join', async (t) => {
  const { nodes, get } = await startAll(t);
  assert.equal((await nodes.http(1, '/set?key=a&value=1')).status, 200);
  await get(2).end('SIGKILL');
  assert.equal((await nodes.http(1, '/set?key=b&value=2')).status, 200);
  await rm(join(nodes.folder, 'node-2'), { recursive: true });

  const emptied = nodes.runStatic(2);
  assert.equal(await emptied.ended(), 1);
  const refusal =
    /\S+node-2 holds no data of 2, but [13] has run before; .* send LEAVE 2 to 127\.0\.0\.1:(\d+) and start this node again with -join 127\.0\.0\.1:\1$/m;
  const [, port = ''] = refusal.exec(emptied.log) ?? assert.fail(emptied.log);
  assert.deepEqual((await readdir(nodes.folder)).sort(), ['node-1', 'node-3']);

  assert.equal(await nodes.askAt(Number(port), 'leave', '2'), 'OK');
  const back = nodes.runStatic(2, '-join', `:${port}`);
  await back.says(/2 has joined/);
  assert.equal((await nodes.http(2, '/get?key=b')).text, '2');
  assert.equal(await back.end('SIGTERM'), 0);
  nodes.runStatic(2);
  assert.equal((await nodes.http(2, '/get?key=a')).text, '1');
});

test('data of one list is not opened with another list, and a waiting member can be stopped', async (t) => {
  const { nodes, get } = await startAll(t);
  assert.equal(await get(1).end('SIGTERM'), 0);
  const other = ['--cluster', `1,:${nodes.raftPort(1)};2,:${nodes.raftPort(2)}`];
  const wrong = nodes.runStatic(1, ...other);
  assert.equal(await wrong.ended(), 1);
  assert.match(wrong.log, /^leto: .*node-1 holds data of another cluster than --cluster; /m);
  const waiting = nodes.runStatic(1, ...other, '-raftdir', 'elsewhere');
  await waiting.says(/has no data in \S+elsewhere yet/);
  assert.equal(await waiting.end('SIGINT'), 0);
});

test('a missing parameter is reported with the text of goraft and exit code 2', async (t) => {
  const node = new LetoProcess(t, ['--cluster', '1,:3031', '--http', ':2021']);
  assert.equal(await node.ended(), 2);
  assert.match(node.log, /^leto: Missing required parameter: --node \$index\n/);
});
