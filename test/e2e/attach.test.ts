/** `leto-cluster attach` in a real terminal. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Status } from '../../src/control/index.js';
import { reservePorts } from '../helpers/ports.js';
import { Program, programFile } from '../helpers/program.js';
import { fileEnding } from '../helpers/resources.js';
import { missing } from '../helpers/tools.js';
import { Terminal } from './terminal.js';

const options = { skip: missing('tmux'), timeout: 120_000 };

const program = Program.create(fileEnding());

function attach(t: TestContext): Terminal {
  const env = { ...program.env, TERM: 'xterm-256color' };
  const terminal = new Terminal(t, `leto-test-${process.pid}-attach`, 80, 24, env);
  terminal.keys(`${process.execPath} ${programFile} attach; echo ended with $?`, 'Enter');
  return terminal;
}

test('attach shows a cluster of another process, and leaves it running', options, async (t) => {
  const port = String(await reservePorts(3));
  assert.equal((await program.run('up', '-d', '-p', port)).code, 0);
  const terminal = attach(t);
  await terminal.shows(/ready/);
  await terminal.shows(/> n1/);
  assert.equal((await program.run('kill', 'n2')).code, 0);
  await terminal.shows(/n2 +✗ dead/);
  terminal.keys('q');
  const left = await terminal.shows(/ended with 0/);
  assert.match(left, /left default, which keeps running; stop it with: leto-cluster down/);
  const { nodes } = JSON.parse((await program.run('status', '--json')).stdout) as Status;
  assert.deepEqual(
    nodes.map(({ state }) => state),
    ['running', 'dead', 'running'],
  );

  terminal.keys(`clear; ${process.execPath} ${programFile} attach; echo ended with $?`, 'Enter');
  await terminal.shows(/n2 +✗ dead/);
  assert.equal((await program.run('down')).code, 0);
  assert.match(await terminal.shows(/ended with 0/), /cluster default has ended/);
});
