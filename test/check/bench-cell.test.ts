/** Tests of the measurement of one load, against a fake leader. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { percentile } from '../../src/base/percentile.js';
import { type BenchCell, benchCells, runCell } from '../../src/check/bench-cell.js';
import { toStatus } from '../../src/control/index.js';
import { errorReply, type Reply } from '../../src/kv/index.js';
import { clusterView, leaderReport, nodeView } from '../control/fixtures.js';
import { FakeMember } from './fake-member.js';
import { FakeNode } from './fake-node.js';

const { signal } = new AbortController();
const cell: BenchCell = { op: 'set', clients: 3, pipeline: 4, valueBytes: 64 };

/** Runs one cell against a leader that replies by `react`. */
async function measure(change: Partial<BenchCell>, react: (args: string[]) => Reply) {
  await using node = await FakeNode.listen(react);
  const leader = nodeView('n1', { respPort: node.address.port, report: leaderReport() });
  const status = async () => ({ ...toStatus(clusterView(leader), 0), ready: true });
  const cluster = { status, dispatch: async () => {}, onEvent: () => {} };
  const figures = await runCell(cluster, { ...cell, ...change }, 0.1, signal);
  return { figures, commands: node.commands };
}

test('there are sixteen different cells', () => {
  assert.equal(benchCells.length, 16);
  assert.equal(new Set(benchCells.map((each) => JSON.stringify(each))).size, 16);
  assert.deepEqual(benchCells.at(-1), { op: 'get', clients: 200, pipeline: 64, valueBytes: 1024 });
});

test('throughput counts commands, and latency is measured per pipeline', async () => {
  const member = new FakeMember('n1');
  const { figures, commands } = await measure({}, (args) => member.answer(args));
  assert.ok(commands.length > 0);
  assert.equal(commands.length % cell.pipeline, 0);
  for (const [name, , value] of commands) assert.deepEqual([name, value?.length], ['SET', 64]);
  assert.ok(figures.opsPerSecond > 0);
  assert.equal(figures.refused, 0);
  assert.ok((figures.p50Ms ?? 0) > 0);
  assert.ok((figures.p99Ms ?? 0) >= (figures.p50Ms ?? 0));
});

test('GET reads keys that exist, with values of the size of the cell', async () => {
  const member = new FakeMember('n1');
  const sizes = new Set<number>();
  await measure({ op: 'get', valueBytes: 1024 }, (args) => {
    const reply = member.answer(args);
    if (args[0] === 'GET') sizes.add(reply.type === 'bulk' ? reply.bytes.length : 0);
    return reply;
  });
  assert.deepEqual([...sizes], [1024]);
});

test('refused pipelines are counted, but not measured', async () => {
  const { figures } = await measure({}, () => errorReply('not leader'));
  assert.ok(figures.refused > 0);
  const { opsPerSecond, p50Ms, p99Ms } = figures;
  assert.deepEqual([opsPerSecond, p50Ms, p99Ms], [0, null, null]);
});

test('a permanent refusal ends the cell', async () => {
  const refuse = () => errorReply('OOM command not allowed');
  for (const op of ['set', 'get'] as const) {
    await assert.rejects(measure({ op }, refuse), { code: 'LETO_NODE_STATE', message: /OOM/ });
  }
});

test('a percentile is the value of the nearest rank', () => {
  const values = Array.from({ length: 100 }, (_, at) => 100 - at);
  assert.deepEqual(
    [0.5, 0.99, 1].map((share) => percentile(values, share)),
    [50, 99, 100],
  );
  assert.equal(percentile([7], 0.5), 7);
  assert.equal(percentile([10, 9], 0.5), 9);
  assert.equal(percentile([], 0.5), null);
});
