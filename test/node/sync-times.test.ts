import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SyncTimes } from '../../src/node/telemetry/sync-times.js';

test('before the first write nothing is known', () => {
  assert.equal(new SyncTimes().p99Ms, null);
});

test('of a hundred writes 99 took no longer', () => {
  const times = new SyncTimes();
  for (let ms = 100; ms >= 1; ms -= 1) times.add(ms);
  assert.equal(times.p99Ms, 99);
});

test('of many writes the latest 128 count, to a tenth of a millisecond', () => {
  const times = new SyncTimes();
  for (let write = 0; write < 100; write += 1) times.add(1000);
  for (let write = 0; write < 128; write += 1) times.add(0.26);
  assert.equal(times.p99Ms, 0.3);
});
