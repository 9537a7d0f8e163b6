/** A command that fails leaves everything as it was: stopped clusters, their names and folders. */

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { reservePorts } from '../helpers/ports.js';
import { Program } from '../helpers/program.js';
import { endWithTest } from '../helpers/resources.js';

interface Line {
  readonly name: string;
  readonly state: string;
  readonly dataDir: string | null;
}

async function listed(program: Program): Promise<Line[]> {
  const { stdout } = await program.run('ps', '--json');
  return (JSON.parse(stdout) as Line[]).map(({ name, state, dataDir }) => ({
    name,
    state,
    dataDir,
  }));
}

/** Returns a program with a stopped cluster, and the data folder of that cluster. */
async function withStopped(t: TestContext): Promise<[Program, string]> {
  const program = Program.create(t);
  const dataDir = join(program.home, 'data');
  const { code, stderr } = await program.run('up', '-d', '--port', '0', '--data-dir', dataDir);
  assert.equal(code, 0, stderr);
  assert.equal((await program.run('down')).code, 0);
  return [program, dataDir];
}

/** Listens on the first of three free ports, and returns that port. */
async function takenPort(t: TestContext): Promise<string> {
  const port = await reservePorts(3);
  const server = endWithTest(t, createServer());
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return String(port);
}

test('an `up` that fails does not forget a stopped cluster', async (t) => {
  const [program, dataDir] = await withStopped(t);
  const stopped = [{ name: 'default', state: 'stopped', dataDir }];
  const recording = join(program.home, 'run.jsonl');
  writeFileSync(recording, 'mine');
  const port = await takenPort(t);
  for (const flags of [
    ['-d', '--port', port],
    ['--headless', '--port', port, '--data-dir', dataDir],
    ['-d', '--port', '0', '--record', recording],
    ['--headless', '--port', '0', '--record', recording, '--data-dir', dataDir],
    ['-d', '--port', '0', '--data-dir', dataDir, '-n', '5'],
    ['-d', '--port', '70000'],
    ['-d', '--port', '0', '--data-dir', '/proc/nowhere'],
  ]) {
    const { code, stderr } = await program.run('up', ...flags);
    assert.ok(code === 1 || code === 2, `${flags.join(' ')}: ${code} ${stderr}`);
    assert.match(stderr, /^leto-cluster: .*\n$/, 'one line');
    assert.deepEqual(await listed(program), stopped);
  }
  assert.equal(readFileSync(recording, 'utf8'), 'mine');
  const again = await program.run('up', '-d', '--port', '0', '--data-dir', dataDir);
  assert.equal(again.code, 0, again.stderr);
  assert.match((await program.run('destroy')).stdout, /destroyed default and its data/);
  assert.equal(existsSync(dataDir), false);
  assert.deepEqual(await listed(program), []);
});

test('an `up` that fails leaves no folder, and empties none that it was given', async (t) => {
  const program = Program.create(t);
  const port = await takenPort(t);
  const fresh = join(program.home, 'fresh');
  const empty = join(program.home, 'empty');
  mkdirSync(empty);
  for (const dataDir of [fresh, empty]) {
    const { code } = await program.run('up', '-d', '--port', port, '--data-dir', dataDir);
    assert.equal(code, 1);
  }
  assert.equal(existsSync(fresh), false);
  assert.deepEqual(readdirSync(empty), []);
  assert.equal(existsSync(join(program.home, 'home')), false);
});

test('a temporary cluster gives its name back to the stopped one', async (t) => {
  const [program, dataDir] = await withStopped(t);
  const stopped = [{ name: 'default', state: 'stopped', dataDir }];
  assert.equal((await program.run('up', '-d', '--port', '0')).code, 0);
  assert.equal((await listed(program))[0]?.state, 'running');
  assert.equal((await program.run('destroy')).code, 0);
  assert.deepEqual(await listed(program), stopped);
  assert.equal((await program.run('up', '-d', '--port', '0')).code, 0);
  assert.equal((await program.run('down')).code, 0);
  assert.deepEqual(await listed(program), stopped);
  assert.match((await program.run('destroy')).stdout, /destroyed default and its data/);
  assert.equal(existsSync(dataDir), false);
});

test('an unusable home folder is one line, whatever the verb', async (t) => {
  const program = Program.create(t);
  const file = join(program.home, 'home');
  writeFileSync(file, 'a file');
  for (const kind of ['-d', '--headless']) {
    const { code, stderr } = await program.run('up', kind, '--port', '0');
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^leto-cluster: can't write to .*; set LETO_CLUSTER_HOME to another folder\n$/,
    );
  }
  for (const verb of [['ps'], ['down'], ['down', '--all'], ['destroy']]) {
    const { code, stderr } = await program.run(...verb);
    assert.deepEqual([code, stderr], [0, ''], verb.join(' '));
  }
  assert.equal((await program.run('status')).code, 3);
  rmSync(file);
});
