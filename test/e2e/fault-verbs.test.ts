/** The fault verbs of `leto-cluster`: their effect, their output, and their errors. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Status } from '../../src/control/index.js';
import { reservePorts } from '../helpers/ports.js';
import { fileAppears, Program } from '../helpers/program.js';
import { fileEnding } from '../helpers/resources.js';

const program = Program.create(fileEnding());

async function status(): Promise<Status> {
  const { code, stdout } = await program.run('status', '--json');
  assert.equal(code, 0);
  return JSON.parse(stdout) as Status;
}

async function done(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await program.run(...args);
  assert.equal(code, 0, stderr);
  return stdout;
}

test('a cluster recovers from pause, cut, partition, isolate, link and disk', async () => {
  const readyFile = join(program.home, 'ready.json');
  const port = String(await reservePorts(5));
  const up = program.start('up', '--headless', '-n', '5', '-p', port, '--ready-file', readyFile);
  await fileAppears(readyFile);

  await breakLinks();
  await pauseNodes();
  await breakDisks();
  await refuse();

  const events = (await done('events', '--json')).trim().split('\n');
  const names = new Set(events.map((line) => JSON.parse(line).event));
  for (const name of ['linkChanged', 'paused', 'resumed', 'diskChanged'])
    assert.ok(names.has(name), name);
  assert.match(await done('events'), /the link from n1 to n2 is cut\n/);
  await done('pause', 'n2');
  up.kill('SIGTERM');
  assert.deepEqual(await program.ended(up), 0);
});

async function breakLinks(): Promise<void> {
  const links = async () => (await status()).links.map((link) => Object.values(link).join(' '));
  assert.equal(await done('cut', 'n1', 'n2', '--one-way'), 'cut n1 n2 --one-way: done\n');
  assert.deepEqual(await links(), ['n1 n2 true 0 0 0']);
  await done('heal');
  assert.deepEqual(await links(), []);
  await done('cut', 'n2', 'n1');
  assert.deepEqual(await links(), ['n1 n2 true 0 0 0', 'n2 n1 true 0 0 0']);
  await done('heal');
  await done('partition', 'n1,n2', 'n3,n4,n5');
  assert.equal((await links()).length, 12);
  await done('partition', 'n1');
  assert.equal((await links()).length, 8);
  await done('heal');
  await done('isolate', 'n4');
  assert.equal((await links()).length, 8);
  await done('heal');
  const link = ['link', 'n1', 'n2', '--drop', '0.3', '--delay', '100', '--jitter', '20'];
  const printed = JSON.parse(await done(...link, '--one-way', '--json'));
  assert.deepEqual(printed, {
    ...{ ok: true, verb: 'link', from: 'n1', to: 'n2', oneWay: true },
    ...{ drop: 0.3, delayMs: 100, jitterMs: 20 },
  });
  assert.deepEqual(await links(), ['n1 n2 false 0.3 100 20']);
  const table = /the link from n1 to n2 drops 30% of messages and adds 100 to 120 ms of delay\n$/;
  assert.match(await done('status'), table);
  await done('link', 'n1', 'n2');
  assert.deepEqual(await links(), []);
}

async function pauseNodes(): Promise<void> {
  const stateOf = async (id: string | null) =>
    (await status()).nodes.find((node) => node.id === id)?.state;
  await done('isolate', 'n1');
  await done('pause', 'n1');
  assert.equal(await stateOf('n1'), 'paused');
  await done('resume', 'n1');
  assert.equal(await stateOf('n1'), 'running');
  await done('heal');
  assert.equal(await done('pause', 'n3'), 'pause n3: done\n');
  await done('kill', 'n3');
  await done('restart', 'n3');
  await done('pause', 'n3');
  await done('pause', 'n5');
  await done('resume', 'all');
  assert.equal(await stateOf('n5'), 'running');
}

async function breakDisks(): Promise<void> {
  assert.equal(await done('disk', 'n2', 'slow', '20'), 'disk n2 slow 20: done\n');
  await done('disk', 'n3', 'lying');
  const printed = JSON.parse(await done('disk', 'n2', 'ok', '--json'));
  assert.deepEqual(printed, { ok: true, verb: 'disk', target: 'n2', fault: { type: 'ok' } });
  await done('disk', 'n3', 'ok');
}

async function refuse(): Promise<void> {
  const refusals: readonly (readonly [code: number, says: RegExp, ...args: string[]])[] = [
    [1, /n1 is not paused/, 'resume', 'n1'],
    [3, /there is no node n9; the nodes are n1, n2, n3, n4, n5/, 'pause', 'n9'],
    [3, /there is no node all/, 'pause', 'all'],
    [3, /there is no node n9/, 'cut', 'n1', 'n9'],
    [3, /there is no node n9/, 'link', 'n1', 'n9', '--delay', '5'],
    [3, /there is no node n9/, 'isolate', 'n9'],
    [3, /there is no node n9/, 'disk', 'n9', 'full'],
    [3, /there is no node x/, 'partition', 'n1,x', 'n2'],
    [2, /all nodes are in one group/, 'partition', 'n1,n2,n3,n4,n5'],
  ];
  for (const [expected, says, ...args] of refusals) {
    const { code, stderr } = await program.run(...args);
    assert.equal(code, expected, `${args.join(' ')}: ${stderr}`);
    assert.match(stderr, says);
    assert.match(stderr, /^leto-cluster: .*\n$/);
  }
  assert.deepEqual((await status()).links, []);
}
