/** `leto-cluster` as a process: verbs, exit codes, and one line per error. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Status } from '../../src/control/index.js';
import { connectTo } from '../helpers/load.js';
import { holdPort, reservePorts } from '../helpers/ports.js';
import { fileAppears, Program } from '../helpers/program.js';
import { fileEnding } from '../helpers/resources.js';

const program = Program.create(fileEnding());

test('a cluster in the background: up, status, kill, restart, events, ps, down', async () => {
  const port = await reservePorts(3);
  const up = await program.run('up', '-d', '--port', String(port), '--json');
  assert.equal(up.code, 0, up.stderr);
  const started = JSON.parse(up.stdout) as Status;
  assert.equal(started.ready, true);
  assert.deepEqual(
    started.nodes.map(({ id, respPort }) => [id, respPort]),
    [
      ['n1', port],
      ['n2', port + 1],
      ['n3', port + 2],
    ],
  );
  const table = await program.run('status');
  assert.match(table.stdout, new RegExp(`n3 +running .*127\\.0\\.0\\.1:${port + 2}`));

  assert.equal((await program.run('kill', 'leader')).code, 0);
  const dead = started.leader ?? '';
  const afterKill = JSON.parse((await program.run('status', '--json')).stdout) as Status;
  assert.equal(afterKill.nodes.find(({ id }) => id === dead)?.state, 'dead');
  assert.equal((await program.run('kill', dead)).code, 1);
  assert.equal((await program.run('restart', dead)).code, 0);

  const events = (await program.run('events', '--json')).stdout.trim().split('\n');
  const names = events.map((line) => JSON.parse(line).event as string);
  assert.ok(names.indexOf('ready') < names.indexOf('killed'));
  assert.ok(names.indexOf('killed') < names.indexOf('restarted'));

  const [line] = JSON.parse((await program.run('ps', '--json')).stdout);
  assert.equal(line.name, 'default');
  assert.equal(line.state, 'running');

  assert.equal((await program.run('down')).code, 0);
  assert.equal((await program.run('status')).code, 3);
  assert.equal(existsSync(started.nodes[0]?.dataDir ?? ''), false);
  assert.equal((await program.run('down')).code, 0);
});

test('down keeps the data of a cluster, and destroy deletes it', async (t) => {
  const dataDir = join(program.home, 'data');
  const port = String(await reservePorts(3));
  const up = () => program.run('up', '-d', '--name', 'keep', '--port', port, '--data-dir', dataDir);
  assert.equal((await up()).code, 0);
  const client = connectTo(t, Number(port));
  await client.connect();
  client.disconnect();
  assert.equal((await program.run('down', '--name', 'keep')).code, 0);
  assert.ok(existsSync(join(dataDir, 'n1')));
  assert.match((await program.run('ps')).stdout, /keep +stopped/);
  assert.equal((await up()).code, 0);
  assert.equal((await program.run('--name', 'keep', 'destroy')).code, 0);
  assert.ok(!existsSync(dataDir));
  assert.equal((await program.run('destroy', '--name', 'keep')).code, 0);
  assert.doesNotMatch((await program.run('ps')).stdout, /keep/);
});

test('in the foreground without a terminal: one line per event, a ready-file, a graceful stop at SIGTERM', async () => {
  const readyFile = join(program.home, 'ready.json');
  const port = String(await reservePorts(3));
  const child = program.start(
    'up',
    '--name',
    'front',
    '--port',
    port,
    '--json',
    '--ready-file',
    readyFile,
  );
  let stdout = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  await fileAppears(readyFile);
  const status = JSON.parse(await readFile(readyFile, 'utf8')) as Status;
  assert.equal(status.ready, true);
  child.kill('SIGTERM');
  const code = await program.ended(child);
  assert.equal(code, 0);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.ok(events.some(({ event, node }) => event === 'ready' && node === null));
  assert.equal(events.at(-1).event, 'stopped');
  for (const event of events) assert.match(event.at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.ok(!existsSync(readyFile));
  assert.ok(!existsSync(status.nodes[0]?.dataDir ?? ''));
});

test('a second cluster of the same name is refused, and the first keeps running', async () => {
  const port = await reservePorts(3);
  assert.equal((await program.run('up', '-d', '--name', 'twin', '--port', String(port))).code, 0);
  const other = String(await reservePorts(3));
  for (const flags of [['-d'], ['--headless']]) {
    const second = await program.run('up', ...flags, '--name', 'twin', '--port', other);
    assert.equal(second.code, 1);
    assert.match(second.stderr, /^leto-cluster: a cluster named twin is already running; .*\n$/);
  }
  assert.equal((await program.run('status', '--name', 'twin')).code, 0);
  assert.equal((await program.run('down', '--all')).code, 0);
  assert.equal((await program.run('status', '--name', 'twin')).code, 3);
});

test('a port in use is one clear error line, and leaves nothing behind', async (t) => {
  const port = await reservePorts(3);
  await holdPort(t, port + 1);
  for (const flags of [['-d'], ['--headless']]) {
    const { code, stderr } = await program.run(
      'up',
      ...flags,
      '--name',
      'taken',
      '--port',
      String(port),
    );
    assert.equal(code, 1);
    const line = `leto-cluster: port ${port + 1} is in use by another program; choose another --port\n`;
    assert.equal(stderr, line);
  }
  assert.ok(!existsSync(join(program.home, 'home', 'taken')));
});

test('a data folder that cannot be written is one clear error line', async () => {
  const file = join(program.home, 'file');
  await writeFile(file, '');
  const { code, stderr } = await program.run('up', '--headless', '--data-dir', join(file, 'x'));
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^leto-cluster: can't write to .*file.x \(ENOTDIR\); choose another --data-dir\n$/,
  );
});

const usageErrors: readonly (readonly [args: string[], says: RegExp])[] = [
  [['statsu'], /unknown command 'statsu' \(Did you mean status\?\)/],
  [['up', '--node', '5'], /unknown option '--node' \(Did you mean --nodes\?\)/],
  [['up', '--nodes', '12'], /nodes is 12; it must be a whole number from 1 to 9/],
  [['up', '--nodes', 'many'], /It must be a number/],
  [['up', '--election-timeout', '300'], /two numbers of milliseconds/],
  [['up', '--election-timeout', '600-300'], /the first number must be lower than the second/],
  [['up', '--heartbeat', '200'], /needs an election timeout of at least 400 ms/],
  [['up', '--transport', 'pigeon'], /Allowed choices are message-port, tcp/],
  [['up', '--name', 'a/b'], /letters, digits, - and _/],
  [['up', '--password-file', '/does/not/exist'], /--password-file .* can't be read/],
  [['kill'], /missing required argument 'node'/],
  [['pause'], /missing required argument 'node'/],
  [['cut', 'n1'], /missing required argument 'b'/],
  [['cut', 'n1', 'n1'], /a link connects two different nodes; both are n1/],
  [['cut', 'n1', 'n2', '--oneway'], /unknown option '--oneway' \(Did you mean --one-way\?\)/],
  [['partition'], /missing required argument 'groups'/],
  [['partition', 'n1,n2', 'n2,n3'], /n2 is listed twice/],
  [['partition', 'n1,,n2'], /each group of a partition needs one node or more, as in n1,n2/],
  [['link', 'n1', 'n2', '--drop', '30'], /drop is 30; it must be from 0 to 1/],
  [['link', 'n1', 'n2', '--drop', 'much'], /It must be a number/],
  [['link', 'n1', 'n2', '--delay', '-5'], /delay is -5; it must be from 0 to 60000 ms/],
  [['disk', 'n1'], /missing required argument 'fault'/],
  [['disk', 'n1', 'burning'], /It must be one of ok, slow, full, failing, lying/],
  [['disk', 'n1', 'slow'], /slow takes milliseconds, as in slow 100/],
  [['disk', 'n1', 'slow', 'very'], /It must be a number/],
  [['disk', 'n1', 'slow', '99999'], /the delay is 99999; it must be from 0 to 60000 ms/],
  [['disk', 'n1', 'full', '100'], /full takes no milliseconds; only slow does/],
  [['speed', '1.5'], /speed is 1.5; it must be 0 \(time is stopped\), or from 0.01 to 1/],
  [['speed', 'slow'], /It must be a number/],
  [['step', '0'], /steps is 0; it must be a whole number from 1 to 10000/],
  [['heall'], /unknown command 'heall' \(Did you mean heal\?\)/],
];

for (const [args, says] of usageErrors) {
  test(`wrong usage exits with 2 and one line: ${args.join(' ')}`, async () => {
    const { code, stdout, stderr } = await program.run(...args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, says);
    assert.match(stderr, /^leto-cluster: .*\n$/);
    assert.equal(stdout, '');
  });
}

test('a verb for a cluster that does not run exits with 3', async () => {
  const verbs = ['kill', 'restart', 'pause', 'resume', 'isolate', 'partition'];
  const about = verbs.map((verb) => [verb, 'n1']);
  for (const args of [
    ['status'],
    ['events'],
    ['disk', 'n1', 'ok'],
    ['heal'],
    ['cut', 'n1', 'n2'],
    ...about,
  ]) {
    const { code, stderr } = await program.run(...args, '--name', 'nobody');
    assert.equal(code, 3);
    assert.match(stderr, /^leto-cluster: no cluster named nobody is running; .*\n$/);
  }
});

test('help and version exit with 0, and every verb has examples', async () => {
  const { version } = JSON.parse(
    await readFile(new URL('../../../package.json', import.meta.url), 'utf8'),
  );
  assert.deepEqual(await program.run('-V'), { code: 0, stdout: `${version}\n`, stderr: '' });
  const verbs = ['up', 'status', 'events', 'ps', 'down', 'destroy', 'replay', 'report'];
  const life = ['kill', 'restart', 'pause', 'resume'];
  const links = ['cut', 'partition', 'isolate', 'heal', 'link'];
  for (const verb of [...verbs, ...life, ...links, 'disk']) {
    const { code, stdout } = await program.run(verb, '--help');
    assert.equal(code, 0);
    assert.match(stdout, /Examples:\n {2}leto-cluster /);
  }
});

test('nothing is left in the home folder of the clusters', async () => {
  await program.run('down', '--all');
  const home = join(program.home, 'home');
  assert.deepEqual(existsSync(home) ? await readdir(home) : [], []);
});
