/**
 * What users of goraft know from its README and met as problems, with `leto` in place of its kvapi.
 */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { LetoNodes, type LetoProcess, until } from '../helpers/leto.js';

const done: [status: number, text: string] = [200, ''];

/** Starts a static cluster of these nodes; resolves when there is a leader. */
async function start(t: TestContext, ...members: [number, ...number[]]) {
  const nodes = await LetoNodes.create(t);
  const list = members.map((member) => `${member},:${nodes.raftPort(member)}`).join(';');
  const run = (number: number): LetoProcess =>
    nodes.runStatic(number, '--cluster', list, '--listen', `:${nodes.respPort(number)}`);
  const processes = new Map(members.map((member) => [member, run(member)]));
  const leader = await nodes.leader(members[0]);
  const followers = members.filter((member) => member !== leader);
  const get = (number: number) => processes.get(number) as LetoProcess;
  return { nodes, run, get, leader, followers };
}

test("goraft's caveat: with one of two nodes dead, writes are refused in time, until it is back", async (t) => {
  const { nodes, run, get } = await start(t, 1, 2);
  await nodes.httpAnswers(1, done, '/set?key=a&value=1');
  const leader = await nodes.leader(1);
  const other = 3 - leader;
  await get(other).end('SIGKILL');

  const url = `http://127.0.0.1:${nodes.httpPort(leader)}`;
  const [byResp, byHttp] = await Promise.all([
    nodes.ask(leader, 'set', 'a', '2'),
    fetch(`${url}/set?key=b&value=2`),
  ]);
  assert.match(String(byResp), /^(UNCERTAIN .*|not leader)$/);
  assert.ok([503, 504].includes(byHttp.status), String(byHttp.status));
  // The leader has stepped down by now.
  assert.equal(await nodes.ask(leader, 'set', 'a', '3'), 'not leader');
  assert.equal((await fetch(`${url}/set?key=a&value=3`)).status, 503);
  assert.equal((await fetch(`${url}/get?key=a`)).status, 503);
  assert.equal((await fetch(`${url}/get?key=a&relaxed=true`)).status, 200);

  run(other);
  await nodes.httpAnswers(leader, done, '/set?key=a&value=4');
  await nodes.httpAnswers(other, [200, '4'], '/get?key=a');
});

const noProcesses = existsSync('/proc/self/stat') ? false : 'there is no /proc';

/** The CPU time of a process so far; Linux counts it in hundredths of a second. */
async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

async function socketCount(pid: number): Promise<number> {
  const folder = `/proc/${pid}/fd`;
  const links = (await readdir(folder)).map((name) => readlink(join(folder, name)).catch(() => ''));
  return (await Promise.all(links)).filter((link) => link.startsWith('socket:')).length;
}

const idleMs = 2000;
/** Three listening sockets, one to and one from each peer, and what clients have left open. */
const socketsMax = 20;

test('problems that users of goraft met', async (t) => {
  // The README of goraft begins with id 0, which its program refuses.
  const { nodes, get, leader, followers } = await start(t, 0, 1, 2);
  const [one] = followers as [number, number];
  const all = [leader, ...followers];

  await t.test('goraft: 0 is an id', async () => {
    const { id } = JSON.parse((await nodes.http(0, '/status')).text);
    assert.equal(id, '0');
  });

  await t.test('goraft: a missing key is 404 on every node, relaxed or not', async () => {
    for (const number of all) {
      assert.equal((await nodes.http(number, '/get?key=missing')).status, 404);
      assert.equal((await nodes.http(number, '/get?key=missing&relaxed=true')).status, 404);
    }
  });

  await t.test('goraft: a follower answers /get, and sends /set on to the leader', async () => {
    await until(async () => {
      const leads = await nodes.leader(0);
      const follower = all.find((number) => number !== leads) as number;
      const told = await nodes.http(follower, '/set?key=a&value=1', { redirect: 'manual' });
      return told.status === 307 && told.text === 'raft.Server: Not current leader';
    });
    await nodes.httpAnswers(one, done, '/set?key=a&value=1');
    for (const number of all) assert.equal((await nodes.http(number, '/get?key=a')).text, '1');
  });

  await t.test('goraft: a value of more than 112 bytes does not end the process', async () => {
    for (const bytes of [113, 1025, 2 * 1024 * 1024]) {
      const body = 'x'.repeat(bytes);
      await nodes.httpAnswers(one, done, `/db/${bytes}`, { method: 'POST', body });
      await nodes.httpAnswers(one, [200, body], `/get?key=${bytes}`);
    }
  });

  await t.test('goraft: peers keep their connections open', { skip: noProcesses }, async () => {
    const { pid } = get(one);
    for (let count = 0; count < 100; count += 1) await nodes.command(one, 'set', 'a', `${count}`);
    await until(async () => (await socketCount(pid)) <= socketsMax);
  });

  await t.test('goraft: idle nodes do not keep a core busy', { skip: noProcesses }, async () => {
    const pids = all.map((number) => get(number).pid);
    const before = await Promise.all(pids.map(cpuMs));
    // A busy machine gives them less CPU time, so this can only pass wrongly, never fail wrongly.
    await setTimeout(idleMs);
    const after = await Promise.all(pids.map(cpuMs));
    for (const [at, pid] of pids.entries()) {
      const usedMs = (after[at] as number) - (before[at] as number);
      assert.ok(usedMs < idleMs / 2, `${pid} took ${usedMs} ms of ${idleMs}`);
    }
  });
});

test('goraft: a value of the maximum size, 64 MiB, survives a restart', async (t) => {
  const { nodes, run, get } = await start(t, 1);
  const body = Buffer.alloc(64 * 1024 * 1024, 'leto').toString();
  // On a busy machine the write may take longer than a client may wait: it is uncertain at first.
  const url = `http://127.0.0.1:${nodes.httpPort(1)}/db/large`;
  const { status } = await fetch(url, { method: 'POST', body });
  assert.ok([200, 504].includes(status), String(status));
  await nodes.httpAnswers(1, [200, body], '/get?key=large');
  assert.equal(await get(1).end('SIGTERM'), 0);
  run(1);
  await nodes.httpAnswers(1, [200, body], '/get?key=large');
});
