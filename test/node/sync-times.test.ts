import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SyncTimes } from '../../src/node/telemetry/sync-times.js';

test('the percentile is null before the first write', () => {
  assert.equal(new SyncTimes().p99Ms, null);
});

test('the percentile of 1 to 100 ms is 99 ms', () => {
  const times = new SyncTimes();
  for (let ms = 100; ms >= 1; ms -= 1) times.add(ms);
  assert.equal(times.p99Ms, 99);
});

test('the percentile covers the latest 128 writes, to a tenth of a millisecond', () => {
  const times = new SyncTimes();
  for (let write = 0; write < 100; write += 1) times.add(1000);
  for (let write = 0; write < 128; write += 1) times.add(0.26);
  assert.equal(times.p99Ms, 0.3);
});
