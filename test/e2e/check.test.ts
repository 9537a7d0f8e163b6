/** `leto-cluster check` as a process, on its own cluster and on a running one. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { judge, readHistory } from '../../src/check/index.js';
import type { Status } from '../../src/control/index.js';
import { reservePorts } from '../helpers/ports.js';
import { Program } from '../helpers/program.js';
import { fileEnding } from '../helpers/resources.js';

const program = Program.create(fileEnding());

const bounds = { configurationsMax: 1_000_000, isOverdue: () => false };

test('the answers to clients are linearizable while nodes are killed under load', async () => {
  const file = join(program.home, 'history.jsonl');
  const seconds = ['--seconds', '4', '--seed', '11', '--probe'];
  const flags = ['--faults', 'kill', '--history', file, '--json', '--transport', 'tcp'];
  const { code, stdout, stderr } = await program.run('check', ...seconds, ...flags);
  assert.equal(code, 0, stderr + stdout);
  const report = JSON.parse(stdout);
  assert.equal(report.verdict, 'linearizable');
  assert.equal(report.seed, 11);
  assert.ok(report.faults.kill >= 1);
  assert.ok(report.longestMsWithoutWrite > 0);
  const { ok, failed, unknown } = report.operations;
  const history = readHistory(await readFile(file, 'utf8'));
  assert.equal(history.length, ok + failed + unknown);
  assert.ok(ok > 100);
  assert.equal(judge(history, bounds).type, 'linearizable');
});

test('check finds that local reads are not linearizable', async () => {
  const flags = ['--seconds', '3', '--faults', 'none', '--reads', 'local', '--probe'];
  const { code, stdout } = await program.run('check', ...flags);
  assert.equal(code, 1, stdout);
  assert.match(stdout, /\nverdict: NOT linearizable\n$/);
  assert.match(stdout, /no order of these operations explains their answers.*:\n {2}\d+\.\d+ to /);
});

test('check --attach judges a running cluster, and heals it at the end', async () => {
  const port = String(await reservePorts(3));
  assert.equal((await program.run('up', '-d', '--port', port)).code, 0);
  const flags = ['--seconds', '3', '--faults', 'kill,pause', '--clients', '3'];
  const { code, stdout, stderr } = await program.run('check', '--attach', ...flags);
  assert.equal(code, 0, stderr + stdout);
  assert.match(stdout, /\nverdict: linearizable\n$/);
  const status = JSON.parse((await program.run('status', '--json')).stdout) as Status;
  assert.deepEqual(
    status.nodes.map(({ state }) => state),
    ['running', 'running', 'running'],
  );
  assert.equal((await program.run('down')).code, 0);
});

const usageErrors: readonly (readonly [args: string[], code: number, says: RegExp])[] = [
  [['--faults', 'flood'], 2, /some of kill,stop,pause/],
  [['--clients', '0'], 2, /whole number from 1 to 100/],
  [['--seconds', 'long'], 2, /must be a number/],
  [['--attach', '--reads', 'local'], 2, /--reads does not go with --attach/],
  [['--attach'], 3, /no cluster named default is running/],
];

for (const [args, expected, says] of usageErrors) {
  test(`check prints one error line and exits with ${expected}: ${args.join(' ')}`, async () => {
    const { code, stdout, stderr } = await program.run('check', ...args);
    assert.equal(code, expected, stderr);
    assert.match(stderr, says);
    assert.match(stderr, /^leto-cluster: .*\n$/);
    assert.equal(stdout, '');
  });
}
