import assert from 'node:assert/strict';
import { mock, type TestContext, test } from 'node:test';
import { VirtualClock } from '../../src/node/virtual-clock.js';

/** Replaces the machine's clock with one that the test sets. */
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
  test(`at speed ${speed} a real second is ${passedMs} virtual milliseconds`, (t) => {
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

test('a clock changes its speed without a jump', (t) => {
  const real = realClock(t);
  const clock = new VirtualClock(1);
  real.ms += 1000;
  clock.setSpeed(0.1);
  assert.equal(clock.nowMs, 1000);
  assert.ok(!clock.isStopped);
  real.ms += 1000;
  assert.equal(clock.nowMs, 1100);
  clock.setSpeed(0);
  assert.ok(clock.isStopped);
  real.ms += 5000;
  assert.equal(clock.nowMs, 1100);
  clock.setSpeed(1);
  real.ms += 10;
  assert.equal(clock.nowMs, 1110);
});

test('a stopped clock can be moved forward but not back', (t) => {
  const real = realClock(t);
  const clock = new VirtualClock(0);
  clock.advance(0.1);
  clock.advanceTo(600.1);
  assert.equal(clock.nowMs, 600.1);
  clock.advanceTo(500);
  assert.equal(clock.nowMs, 600.1);
  clock.setSpeed(1);
  real.ms += 1;
  assert.equal(clock.nowMs, 601.1);
});
