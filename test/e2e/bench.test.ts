/** `leto-cluster bench` as a process. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { benchText } from '../../src/cli/cluster/bench-report.js';
import { Program } from '../helpers/program.js';
import { fileEnding } from '../helpers/resources.js';

const program = Program.create(fileEnding());

test('bench measures throughput, failover, memory and the first write', async () => {
  const { code, stdout, stderr } = await program.run('bench', '--seconds', '0.1', '--json');
  assert.equal(code, 0, stderr);
  const report = JSON.parse(stdout);
  assert.equal(report.throughput.length, 16);
  for (const { op, clients, pipeline, valueBytes } of report.throughput) {
    assert.ok(['set', 'get'].includes(op) && [64, 1024].includes(valueBytes));
    assert.ok(clients >= 1 && pipeline >= 1);
  }
  assert.ok(report.throughput[0].opsPerSecond > 0);
  assert.equal(report.failover.kills, 10);
  assert.ok(report.failover.p50Ms > 0);
  assert.ok(report.failover.maxMs >= report.failover.p50Ms);
  assert.ok(report.memory.idleBytes > 0);
  assert.ok(report.firstWriteMs > 0);
  const lines = benchText(report).split('\n');
  assert.match(lines[1] ?? '', /^OP +CLIENTS +PIPELINE +BYTES +OPS\/S +P50 MS +P99 MS$/);
  assert.match(lines[2] ?? '', /^SET +1 +1 +64 +\d+ /);
  assert.match(lines.join('\n'), /\nfailover: median \d+ ms, maximum \d+ ms of 10 kills\n/);
});

test('bench --seconds out of range is wrong usage', async () => {
  const { code, stderr } = await program.run('bench', '--seconds', '0');
  assert.equal(code, 2);
  assert.match(stderr, /^leto-cluster: .*a number from 0\.1 to 60\.\n$/);
});
