/** `leto-cluster up` in a real terminal: resizing, leaving, and the restored screen. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { NodeStatus, Status } from '../../src/control/index.js';
import { reservePorts } from '../helpers/ports.js';
import { Program, programFile } from '../helpers/program.js';
import { fileEnding } from '../helpers/resources.js';
import { missing } from '../helpers/tools.js';
import { Terminal } from './terminal.js';

const skip = missing('tmux');
const options = { skip, timeout: 120_000 };

const program = Program.create(fileEnding());

async function status(): Promise<Status> {
  return JSON.parse((await program.run('status', '--json')).stdout) as Status;
}

async function node(id: string): Promise<NodeStatus | undefined> {
  return (await status()).nodes.find((each) => each.id === id);
}

async function open(t: TestContext, columns: number, rows: number): Promise<Terminal> {
  const server = `leto-test-${process.pid}-${columns}`;
  const terminal = new Terminal(t, server, columns, rows, {
    ...program.env,
    TERM: 'xterm-256color',
  });
  const port = await reservePorts(3);
  terminal.keys(`${process.execPath} ${programFile} up -p ${port}; echo ended with $?`, 'Enter');
  await terminal.shows(/ {2}ready /);
  return terminal;
}

test('the terminal UI works in a real terminal, driven by its keys', options, async (t) => {
  const terminal = await open(t, 80, 24);
  const leader = (await status()).leader ?? '';

  terminal.keys('L');
  await terminal.shows(/you did: leto-cluster kill leader/);
  assert.equal((await node(leader))?.state, 'dead');
  await terminal.shows(/★ leader .*\n/);

  terminal.keys('r');
  await terminal.shows(new RegExp(`you did: leto-cluster restart ${leader}`));
  await terminal.shows(new RegExp(`> ${leader} +● follower`));
  const back = await node(leader);
  const others = (await status()).nodes.filter(({ id }) => id !== leader);
  for (const other of others) assert.equal(other.lastLogIndex, back?.lastLogIndex);

  terminal.keys('k', 'k', 'k');
  await terminal.shows(/> n1/);
  terminal.keys('j');
  await terminal.shows(/> n2/);
  terminal.keys('Down');
  await terminal.shows(/> n3/);
  terminal.keys('x');
  await terminal.shows(/you did: leto-cluster kill n3/);
  assert.equal((await node('n3'))?.state, 'dead');

  terminal.keys('?');
  await terminal.shows(/in any panel:/);
  terminal.keys('Escape');
  await terminal.shows(/▶1 id /);

  terminal.resize(59, 14);
  await terminal.shows(/at least 60x15/);
  terminal.resize(60, 15);
  await terminal.shows(/> n3/);

  terminal.keys('q');
  const restored = await terminal.shows(/ended with 0/);
  assert.doesNotMatch(restored, /▶1 id /);
  assert.equal((await program.run('status')).code, 3);
});

test(
  '`down` in another process ends the terminal UI and restores the screen',
  options,
  async (t) => {
    const terminal = await open(t, 120, 40);
    assert.equal((await program.run('down')).code, 0);
    const restored = await terminal.shows(/ended with 0/);
    assert.doesNotMatch(restored, /▶1 id /);
  },
);

test('Ctrl-C quits like q', options, async (t) => {
  const terminal = await open(t, 60, 15);
  terminal.keys('C-c');
  await terminal.shows(/ended with 0/);
});
