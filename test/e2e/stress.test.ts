/** `leto-cluster stress` as a process. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Program } from '../helpers/program.js';
import { fileEnding } from '../helpers/resources.js';

const program = Program.create(fileEnding());

const small = ['--entries', '1500', '--clients', '3', '--batch', '64'];

test('goraft: stress finds nodes equal after inserts, a restart, and the loss of a disk', async () => {
  const { code, stdout, stderr } = await program.run('stress', ...small);
  assert.equal(code, 0, stderr + stdout);
  assert.match(stdout, /^after the inserts: all committed up to \d+ in term \d+$/m);
  assert.match(stdout, /^after a restart of all nodes: all committed up to \d+/m);
  assert.match(stdout, /^after n\d lost its disk and n4 took its place: all committed/m);
  assert.equal(
    stdout.match(/entries 1 to \d+ of the log; 1500 keys with their values$/gm)?.length,
    3,
  );
  assert.match(stdout, /\n1500 entries in [\d.]+ s: \d+ entries\/s\nok\n$/);
  assert.match(stderr, /^inserting 100 %$/m);
});

test('stress --json over tcp, with four nodes and a data folder that is kept', async () => {
  const dataDir = join(program.home, 'kept');
  const place = ['--transport', 'tcp', '-n', '4', '--data-dir', dataDir];
  const { code, stdout, stderr } = await program.run('stress', ...small, ...place, '--json');
  assert.equal(code, 0, stderr + stdout);
  const report = JSON.parse(stdout);
  assert.equal(report.ok, true);
  assert.equal(report.entries, 1500);
  assert.ok(report.entriesPerSecond > 0);
  const [inserted, restarted, replaced] = report.stages;
  assert.deepEqual(inserted.nodes, ['n1', 'n2', 'n3', 'n4']);
  assert.ok(restarted.term > inserted.term);
  assert.ok(replaced.nodes.includes('n5'));
  assert.equal(replaced.nodes.length, 4);
  assert.ok(replaced.commitIndex > 1500);
  const lost = inserted.nodes.find((id: string) => !replaced.nodes.includes(id));
  assert.ok(!existsSync(join(dataDir, lost)));
  assert.ok(existsSync(join(dataDir, 'n5')));
});

test('stress stops gracefully at SIGINT', async () => {
  const dataDir = join(program.home, 'interrupted');
  const child = program.start('stress', '--entries', '1000000', '--data-dir', dataDir);
  let stderr = '';
  const inserting = new Promise<void>((resolve) => {
    child.stderr?.on('data', (chunk) => {
      stderr += chunk;
      if (stderr.includes('inserting')) resolve();
    });
  });
  await inserting;
  child.kill('SIGINT');
  const code = await program.ended(child);
  assert.equal(code, 1);
  assert.match(stderr, /^leto-cluster: stopped before all nodes were compared$/m);
});

test('goraft: stress does not touch existing data', async () => {
  const dataDir = join(program.home, 'precious');
  await mkdir(dataDir);
  await writeFile(join(dataDir, 'file'), 'mine');
  const { code, stdout, stderr } = await program.run('stress', '--data-dir', dataDir);
  assert.equal(code, 2);
  assert.match(stderr, /^leto-cluster: .*precious is not empty.*choose an empty --data-dir\n$/);
  assert.equal(stdout, '');
  assert.ok(existsSync(join(dataDir, 'file')));
});
