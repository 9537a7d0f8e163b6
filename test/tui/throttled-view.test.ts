import assert from 'node:assert/strict';
import { mock, type TestContext, test } from 'node:test';
import { frameMs, ThrottledView } from '../../src/tui/throttled-view.js';
import { FakeCluster, healthy, makeEvent, withEvents } from './fixtures.js';

/** Replaces the global timers. At most one may run, and `elapse` fires it. */
class FakeTimer {
  #due: (() => void) | null = null;

  constructor(context: TestContext) {
    mock.method(globalThis, 'setTimeout', (callback: () => void, ms: number) => {
      assert.equal(this.#due, null, 'there is one timer at most');
      assert.equal(ms, frameMs);
      this.#due = callback;
      return this;
    });
    mock.method(globalThis, 'clearTimeout', () => {
      this.#due = null;
    });
    context.after(() => mock.restoreAll());
  }

  get isRunning(): boolean {
    return this.#due !== null;
  }

  elapse(): void {
    const due = this.#due;
    this.#due = null;
    due?.();
  }
}

function follow(context: TestContext) {
  const timer = new FakeTimer(context);
  const cluster = new FakeCluster(healthy());
  const view = new ThrottledView(cluster);
  const listener = mock.fn();
  const stop = view.subscribe(listener);
  timer.elapse();
  listener.mock.resetCalls();
  return { timer, cluster, view, listener, stop };
}

const changed = withEvents(healthy(), makeEvent(20, 'n2', 'killed'));

test('a thousand changes within a frame become one, with the last view', (context) => {
  const { timer, cluster, view, listener } = follow(context);
  for (let speed = 0; speed < 1000; speed += 1) cluster.become({ ...changed, speed });
  assert.equal(listener.mock.callCount(), 0);
  assert.deepEqual(view.current(), healthy());
  timer.elapse();
  assert.equal(listener.mock.callCount(), 1);
  assert.equal(view.current().speed, 999);
});

test('each frame has its own interval', (context) => {
  const { timer, cluster, listener } = follow(context);
  for (let frame = 1; frame <= 3; frame += 1) {
    cluster.become({ ...changed, speed: frame });
    assert.equal(listener.mock.callCount(), frame - 1);
    timer.elapse();
    assert.equal(listener.mock.callCount(), frame);
  }
});

test('no timer runs while nothing changes', (context) => {
  const { timer, listener } = follow(context);
  assert.equal(timer.isRunning, false);
  assert.equal(listener.mock.callCount(), 0);
});

test('a change between the first look and the subscription is not missed', (context) => {
  const timer = new FakeTimer(context);
  const cluster = new FakeCluster(healthy());
  const view = new ThrottledView(cluster);
  cluster.become(changed);
  view.subscribe(() => {});
  timer.elapse();
  assert.equal(view.current(), changed);
});

test('an unsubscribed listener is not called, and the source is released', (context) => {
  const { timer, cluster, listener, stop } = follow(context);
  cluster.become(changed);
  stop();
  timer.elapse();
  assert.equal(cluster.listeners, 0);
  assert.equal(listener.mock.callCount(), 0);
});
