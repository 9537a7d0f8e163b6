/** `up --record`, `replay` and `report`. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ClusterEvent, Status } from '../../src/control/index.js';
import { turn } from '../helpers/load.js';
import { holdPort, reservePorts } from '../helpers/ports.js';
import { fileAppears, Program, programFile } from '../helpers/program.js';
import { fileEnding } from '../helpers/resources.js';
import { missing } from '../helpers/tools.js';
import { Terminal } from './terminal.js';

const options = { timeout: 120_000 };

const program = Program.create(fileEnding());
const file = join(program.home, 'run.jsonl');

function eventsOf(stdout: string): ClusterEvent[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ClusterEvent);
}

test(
  'up --record records a run, replay --json prints it, and report draws it',
  options,
  async () => {
    const ready = join(program.home, 'ready.json');
    const port = String(await reservePorts(3));
    const flags = ['--json', '-p', port, '--record', file, '--ready-file', ready];
    const up = program.start('up', ...flags);
    const printed: string[] = [];
    up.stdout?.on('data', (chunk) => printed.push(String(chunk)));
    await fileAppears(ready);
    assert.equal((await program.run('kill', 'leader')).code, 0);
    assert.equal((await program.run('restart', 'all')).code, 0);
    assert.equal((await program.run('down')).code, 0);
    const code = await program.ended(up);
    assert.equal(code, 0);

    const replayed = await program.run('replay', file, '--json');
    assert.equal(replayed.code, 0, replayed.stderr);
    assert.deepEqual(eventsOf(replayed.stdout), eventsOf(printed.join('')));

    const kill = eventsOf(replayed.stdout).find(({ event }) => event === 'killed');
    const [head = ''] = (await readFile(file, 'utf8')).split('\n', 1);
    const killedMs = Date.parse(kill?.at ?? '') - Date.parse(JSON.parse(head).startedAt);
    const after = await program.run('replay', file, '--json', '--at', `${killedMs + 10}ms`);
    const dead = (JSON.parse(after.stdout) as Status).nodes.find(({ id }) => id === kill?.node);
    assert.equal(dead?.state, 'dead');

    const page = join(program.home, 'run.html');
    assert.equal((await program.run('report', file, '--out', page)).code, 0);
    assert.match(await readFile(page, 'utf8'), /<td>n\d was killed<\/td>/);
    const again = await program.run('report', file, '--out', page);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /run\.html exists already; .*--force/);
    assert.equal((await program.run('report', file, '--out', page, '--force')).code, 0);
    const streamed = await program.run('report', file, '--out', '-');
    assert.equal(streamed.stdout, await readFile(page, 'utf8'));
  },
);

test('a killed program leaves a readable recording', options, async () => {
  const cut = join(program.home, 'killed.jsonl');
  const port = String(await reservePorts(3));
  const ready = join(program.home, 'ready.json');
  const up = program.start('up', '--headless', '-p', port, '--record', cut, '--ready-file', ready);
  await fileAppears(ready);
  assert.equal((await program.run('kill', 'n1')).code, 0);
  while (!(await readFile(cut, 'utf8')).includes('"killed"')) await turn();
  up.kill('SIGKILL');
  await program.ended(up);
  const { length } = await readFile(cut);
  await truncate(cut, length - 1);
  const { code, stdout } = await program.run('replay', cut, '--json');
  assert.equal(code, 0);
  assert.ok(eventsOf(stdout).some(({ event }) => event === 'ready'));
});

test(
  'a recording never replaces a file, and an unusable path starts no cluster',
  options,
  async () => {
    const taken = join(program.home, 'taken.jsonl');
    await writeFile(taken, 'mine');
    for (const [path, says] of [
      [taken, /taken\.jsonl already exists, and a recording never replaces a file/],
      [join(program.home, 'none', 'run.jsonl'), /cannot record to .*ENOENT/],
    ] as const) {
      for (const way of [[], ['-d']]) {
        const { code, stderr } = await program.run('up', ...way, '--headless', '--record', path);
        assert.equal(code, 1);
        assert.match(stderr, says);
        assert.equal(stderr.trim().split('\n').length, 1);
      }
    }
    assert.equal(await readFile(taken, 'utf8'), 'mine');
  },
);

test('a cluster that fails to start leaves no recording', options, async (t) => {
  const path = join(program.home, 'nothing.jsonl');
  const port = await reservePorts(3);
  await holdPort(t, port);
  const flags = ['--headless', '-p', String(port), '--record', path];
  const { code, stderr } = await program.run('up', ...flags);
  assert.equal(code, 1);
  assert.match(stderr, /in use/);
  assert.ok(!existsSync(path));
});

test('a file that is not a recording is refused with one error line', options, async () => {
  const foreign = join(program.home, 'foreign.jsonl');
  await writeFile(foreign, '{"hello":"world"}\n');
  const refusals: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
    [['replay', foreign, '--json'], 1, /foreign\.jsonl, line 1: not a recording/],
    [['report', foreign, '--out', '-'], 1, /foreign\.jsonl, line 1: not a recording/],
    [['replay', join(program.home, 'none'), '--json'], 1, /no such file/],
    [['replay', file], 2, /replay needs a terminal; without one use --json/],
    [['replay', file, '--json', '--at', 'soon'], 2, /It must be a time/],
    [['replay', file, '--json', '--at', '9h'], 2, /--at is beyond the end/],
    [['report', file], 2, /--out/],
  ];
  for (const [args, code, says] of refusals) {
    const refused = await program.run(...args);
    assert.equal(refused.code, code, refused.stderr);
    assert.match(refused.stderr, says);
    assert.equal(refused.stderr.trim().split('\n').length, 1);
    assert.equal(refused.stdout, '');
  }
});

test('replay plays a recording in the terminal', {
  ...options,
  skip: missing('tmux'),
}, async (t) => {
  const env = { ...program.env, TERM: 'xterm-256color' };
  const terminal = new Terminal(t, `leto-test-${process.pid}-replay`, 100, 30, env);
  const command = `${process.execPath} ${programFile} replay ${file}; echo ended with $?`;
  terminal.keys(command, 'Enter');
  await terminal.shows(/REPLAY 0:\d\d \/ 0:\d\d/);
  terminal.keys('G');
  await terminal.shows(/REPLAY .* ended/);
  terminal.keys('g', ' ');
  await terminal.shows(/REPLAY 0:00 \/ 0:\d\d paused/);
  terminal.keys('x');
  await terminal.shows(/this is a recording; it cannot be changed/);
  terminal.keys('G');
  await terminal.shows(/✗ dead/);
  terminal.keys('q');
  await terminal.shows(/ended with 0/);
});
