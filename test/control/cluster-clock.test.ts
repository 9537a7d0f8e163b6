import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClusterClock } from '../../src/control/index.js';

/** A clock of the given speed, on a real time that the test sets. */
function clockAt(speed: number) {
  const real = { ms: 12_345 };
  return { real, clock: ClusterClock.create(speed, () => real.ms) };
}

for (const { speed, passedMs } of [
  { speed: 1, passedMs: 1000 },
  { speed: 0.1, passedMs: 100 },
  { speed: 0.05, passedMs: 50 },
  { speed: 0, passedMs: 0 },
]) {
  test(`at speed ${speed} a real second is ${passedMs} virtual milliseconds`, () => {
    const { real, clock } = clockAt(speed);
    assert.equal(clock.nowMs, 0);
    real.ms += 1000;
    assert.equal(clock.nowMs, passedMs);
    real.ms += 1000;
    assert.equal(clock.nowMs, 2 * passedMs);
  });
}

test('the clock never goes back', () => {
  const clock = ClusterClock.create(0.3, () => performance.now());
  let lastMs = clock.nowMs;
  for (let look = 0; look < 10_000; look += 1) {
    const { nowMs } = clock;
    assert.ok(nowMs >= lastMs);
    lastMs = nowMs;
  }
});

test('a clock changes its speed without a jump', () => {
  const { real, clock } = clockAt(1);
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

test('a stopped clock can be moved forward but not back', () => {
  const { real, clock } = clockAt(0);
  clock.advanceTo(600.1);
  assert.equal(clock.nowMs, 600.1);
  clock.advanceTo(500);
  assert.equal(clock.nowMs, 600.1);
  clock.setSpeed(1);
  real.ms += 1;
  assert.equal(clock.nowMs, 601.1);
});

test('all threads see a change at the same instant, and count it', () => {
  const { real, clock } = clockAt(1);
  const other = new ClusterClock(clock.memory, () => real.ms);
  real.ms += 100;
  assert.equal(other.nowMs, 100);
  const known = other.changeCount;
  clock.setSpeed(0);
  assert.ok(other.isStopped);
  real.ms += 100;
  other.advanceTo(500);
  assert.equal(clock.nowMs, 500);
  clock.countChange();
  assert.equal(other.changeCount, known + 3);
});

test('a thread that sees real time a little earlier does not turn its time back', () => {
  const { real, clock } = clockAt(1);
  const late = new ClusterClock(clock.memory, () => real.ms - 1);
  real.ms += 100;
  const before = late.nowMs;
  clock.setSpeed(0.5);
  assert.ok(late.nowMs >= before);
});
