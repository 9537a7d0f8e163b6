import assert from 'node:assert/strict';
import { mock, type TestContext, test } from 'node:test';
import { VirtualClock } from '../../src/node/virtual-clock.js';

/** What the machine's own clock shows. */
function realClock(t: TestContext) {
  const real = { ms: 12_345 };
  mock.method(performance, 'now', () => real.ms);
  t.after(() => mock.restoreAll());
  return real;
}

for (const { speed, passedMs } of [
  { speed: 1, passedMs: 1000 },
  { speed: 0.1, passedMs: 100 },
  { speed: 0.05, passedMs: 50 },
  { speed: 0, passedMs: 0 },
]) {
  test(`at speed ${speed} a second takes ${passedMs} virtual milliseconds`, (t) => {
    const real = realClock(t);
    const clock = new VirtualClock(speed);
    assert.equal(clock.nowMs, 0);
    real.ms += 1000;
    assert.equal(clock.nowMs, passedMs);
    real.ms += 1000;
    assert.equal(clock.nowMs, 2 * passedMs);
  });
}

test('a virtual clock never goes back', () => {
  const clock = new VirtualClock(0.3);
  let lastMs = clock.nowMs;
  for (let look = 0; look < 10_000; look += 1) {
    const { nowMs } = clock;
    assert.ok(nowMs >= lastMs);
    lastMs = nowMs;
  }
});
