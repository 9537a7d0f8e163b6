/** The verbs `log` and `logs` on a running cluster. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import type { LogAnswer, Status } from '../../src/control/index.js';
import { connectTo } from '../helpers/load.js';
import { reservePorts } from '../helpers/ports.js';
import { Program } from '../helpers/program.js';
import { fileEnding } from '../helpers/resources.js';

const program = Program.create(fileEnding());

async function done(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await program.run(...args);
  assert.equal(code, 0, stderr);
  return stdout;
}

test('log shows entries, logs shows the lines of a node and its death, and both report errors', async (t) => {
  const port = String(await reservePorts(3));
  const status = JSON.parse(await done('up', '-d', '-p', port, '--json')) as Status;
  const leader = status.leader ?? '';
  const client = connectTo(t, status.nodes.find(({ id }) => id === leader)?.respPort ?? 0);
  await client.connect();
  await client.set('city', 'Bern');
  client.disconnect();

  await showLog(leader);
  await followLines(leader);
  await refuse(leader);
});

async function showLog(leader: string): Promise<void> {
  const answer = JSON.parse(await done('log', leader, '--json')) as LogAnswer;
  assert.deepEqual([answer.node, answer.firstLogIndex], [leader, 1]);
  const last = answer.entries.at(-1);
  const { index = 0, term = 0 } = last ?? {};
  const written = { index, term, command: 'SET city Bern', committed: true, applied: true };
  assert.deepEqual(last, written);
  const table = await done('log', leader, '--from', String(index), '--to', String(index));
  const [head, row, end] = table.split('\n');
  assert.match(head ?? '', /^INDEX +TERM +COMMITTED +APPLIED +COMMAND$/);
  assert.match(row ?? '', new RegExp(`^${index} +${term} +yes +yes +SET city Bern$`));
  assert.equal(end, '');
  await done('snapshot', leader);
}

async function followLines(node: string): Promise<void> {
  const lines = (await done('logs', node)).trim().split('\n');
  assert.match(lines[0] ?? '', new RegExp(`^\\S+Z ${node} started$`));
  assert.ok(
    lines.some((line) =>
      line.endsWith(`${node} won the election of term 1: a majority voted for it, so it leads`),
    ),
  );
  assert.ok(!lines.join().includes('Bern'), 'log lines must not contain values');
  const follower = program.start('logs', node, '-f', '--json');
  let output = '';
  const killSeen = new Promise<void>((resolve) => {
    follower.stdout?.on('data', (chunk) => {
      output += chunk;
      if (output.includes('was killed')) resolve();
    });
  });
  await once(follower.stdout ?? follower, 'data');
  await done('kill', node);
  await killSeen;
  const last = JSON.parse(output.trim().split('\n').at(-1) ?? '');
  assert.deepEqual(last, { at: last.at, node, line: `${node} was killed` });
  assert.ok((await done('logs', node)).includes('was killed'));
}

async function refuse(dead: string): Promise<void> {
  const refusals: readonly (readonly [code: number, says: RegExp, ...args: string[]])[] = [
    [1, /is dead; restart it/, 'log', dead],
    [3, /there is no node n9/, 'log', 'n9'],
    [3, /there is no node n9/, 'logs', 'n9'],
    [3, /there is no node n9/, 'logs', 'n9', '-f'],
    [3, /no cluster named other/, '--name', 'other', 'log', 'n1'],
    [3, /no cluster named other/, '--name', 'other', 'logs', 'n1'],
    [2, /there are no entries from 3 to 2/, 'log', 'n1', '--from', '3', '--to', '2'],
    [2, /It must be a whole number/, 'log', 'n1', '--from', '0'],
    [2, /attach needs a terminal/, 'attach'],
  ];
  for (const [expected, says, ...args] of refusals) {
    const { code, stderr } = await program.run(...args);
    assert.equal(code, expected, `${args.join(' ')}: ${stderr}`);
    assert.match(stderr, says);
    assert.match(stderr, /^leto-cluster: .*\n$/);
  }
}
