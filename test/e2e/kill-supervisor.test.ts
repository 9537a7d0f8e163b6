/** `leto-cluster up` killed with SIGKILL, and started again. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Status } from '../../src/control/index.js';
import { connectTo, turn } from '../helpers/load.js';
import { reservePorts } from '../helpers/ports.js';
import { Program } from '../helpers/program.js';
import { fileEnding } from '../helpers/resources.js';

const program = Program.create(fileEnding());

test('kill -9 of the whole program during writes loses no acknowledged write [P1]', async (t) => {
  const port = await reservePorts(3);
  const flags = ['--port', String(port), '--data-dir', join(program.home, 'data')];
  const child = program.start('up', '--headless', ...flags);
  const status = await untilReady();
  const leader = status.nodes.find(({ id }) => id === status.leader);
  const acknowledged: string[] = [];
  const writing = writeUntilGone(t, leader?.respPort ?? 0, acknowledged);
  while (acknowledged.length < 500) await turn();
  child.kill('SIGKILL');
  await program.ended(child);
  await writing;

  const up = await program.run('up', '-d', ...flags);
  assert.equal(up.code, 0, up.stderr);
  for (const at of [0, 1, 2]) {
    const client = connectTo(t, port + at);
    await client.connect();
    const values = await client.mget(acknowledged);
    assert.deepEqual(values, acknowledged);
    client.disconnect();
  }
  assert.equal((await program.run('destroy')).code, 0);
});

test('the next start of the same name deletes the temporary data of a killed program', async () => {
  const port = String(await reservePorts(3));
  const child = program.start('up', '--headless', '--port', port);
  const { nodes } = await untilReady();
  child.kill('SIGKILL');
  await program.ended(child);
  const up = await program.run('up', '-d', '--port', port, '--json');
  assert.equal(up.code, 0, up.stderr);
  const again = JSON.parse(up.stdout) as Status;
  assert.notEqual(again.nodes[0]?.dataDir, nodes[0]?.dataDir);
  await program.run('down');
});

async function untilReady(): Promise<Status> {
  for (;;) {
    const { code, stdout } = await program.run('status', '--json');
    const status = code === 0 ? (JSON.parse(stdout) as Status) : null;
    if (status?.ready) return status;
  }
}

async function writeUntilGone(t: TestContext, port: number, acknowledged: string[]): Promise<void> {
  const client = connectTo(t, port);
  try {
    await client.connect();
    for (let at = 0; ; at += 1) {
      await client.set(`key:${at}`, `key:${at}`);
      acknowledged.push(`key:${at}`);
    }
  } catch {
    client.disconnect();
  }
}
