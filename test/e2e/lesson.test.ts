/** All lessons with --auto on real clusters, and a lesson with a student. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Status } from '../../src/control/index.js';
import { lessons, type TimedLessonEvent } from '../../src/lesson/index.js';
import { turn } from '../helpers/load.js';
import { Program } from '../helpers/program.js';
import { fileEnding } from '../helpers/resources.js';

const program = Program.create(fileEnding());

function notesIn(stdout: string): TimedLessonEvent[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as TimedLessonEvent);
}

describe('lessons', { concurrency: 2 }, () => {
  for (const { name, steps } of lessons) {
    test(`${name} completes with --auto, and each step has its evidence`, async () => {
      const file = join(program.home, `${name}.md`);
      const flags = ['--auto', '--json', '--report', file, '--name', name];
      const { code, stdout, stderr } = await program.run('lesson', name, ...flags);
      assert.equal(code, 0, stderr + stdout);
      const notes = notesIn(stdout);
      const evidence = notes.flatMap((note) => (note.type === 'evidence' ? [note.text] : []));
      assert.equal(evidence.length, steps.length);
      const end = notes.at(-1);
      assert.ok(end?.type === 'end' && end.outcome.type === 'done');
      const report = await readFile(file, 'utf8');
      for (const text of evidence) assert.ok(report.includes(`**Evidence:** ${text}.`));
    });
  }
});

test('the lesson lost-entry shows UNCERTAIN to the client of the lost entry', async () => {
  const { stdout } = await program.run('lesson', 'lost-entry', '--auto');
  assert.match(stdout, /\(error\) UNCERTAIN /);
  assert.match(stdout, /\n {2}> leto-cluster --name lesson heal\n {2}= n1, n2 and n3 hold no-op/);
  assert.match(stdout, /\ndone\n$/);
});

test('a student presses Enter, runs a verb elsewhere, and leaves with Ctrl-C', async () => {
  const file = join(program.home, 'student.md');
  const child = program.start('lesson', 'election', '--json', '--report', file);
  let stdout = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  const closed = program.ended(child);
  const says = async (text: RegExp) => {
    while (!text.test(stdout) && child.exitCode === null) await turn();
    assert.match(stdout, text);
  };
  await says(/"type":"step","number":1/);
  child.stdin?.write('\n');
  await says(/"type":"step","number":2/);
  assert.equal((await program.run('--name', 'lesson', 'kill', 'leader')).code, 0);
  await says(/"type":"step","number":3/);
  const by = notesIn(stdout).flatMap((note) => (note.type === 'evidence' ? [note.by] : []));
  assert.deepEqual(by, ['program', 'student']);
  const status = await program.run('status', '--name', 'lesson', '--json');
  assert.ok((JSON.parse(status.stdout) as Status).nodes.some(({ state }) => state === 'dead'));
  child.kill('SIGINT');
  const code = await closed;
  assert.equal(code, 1);
  assert.match(
    await readFile(file, 'utf8'),
    /## Not finished\n\nThe lesson ended at .*step 3 of 5\.\n$/,
  );
  assert.equal((await program.run('status', '--name', 'lesson')).code, 3);
});

test('lesson list has all lessons in teaching order', async () => {
  const { code, stdout } = await program.run('lesson', 'list');
  assert.equal(code, 0);
  const names = stdout.split('\n').flatMap((line) => line.split(' ')[0] || []);
  assert.deepEqual(names, ['LESSON', ...lessons.map(({ name }) => name)]);
  const listed = JSON.parse((await program.run('lesson', 'list', '--json')).stdout);
  assert.deepEqual(
    listed.map((lesson: { name: string }) => lesson.name),
    lessons.map(({ name }) => name),
  );
});

test('an unknown lesson and the end of the input are wrong usage', async () => {
  const unknown = await program.run('lesson', 'paxos');
  assert.equal(unknown.code, 2);
  assert.match(
    unknown.stderr,
    /^leto-cluster: there is no lesson paxos; choose one of first-write, .*\n$/,
  );
  const child = program.start('lesson', 'election', '--name', 'nobody');
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdin?.end();
  const code = await program.ended(child);
  assert.equal(code, 2);
  assert.match(stderr, /Enter cannot be pressed; add --auto/);
});
