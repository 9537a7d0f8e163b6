/** Tests the simulated faults of links: cut, lossy and slow, in virtual time. */

import assert from 'node:assert/strict';
import { mock, type TestContext, test } from 'node:test';
import { Prng } from '../../src/base/prng.js';
import { type Message, type NodeId, nodeId } from '../../src/raft/index.js';
import { delayedBytesMax, delayedMessagesMax } from '../../src/transport/faults.js';
import { FaultyTransport, type Transport } from '../../src/transport/index.js';
import { testTransport } from './contract.js';
import { append, mebibyte, receiver, sender, vote } from './messages.js';
import { PortNetwork } from './port-network.js';

const other = nodeId('n3');
const sound = { cut: false, drop: 0, delayMs: 0, jitterMs: 0 };

testTransport('FaultyTransport is a transport', (t) => {
  const ports = new PortNetwork(t);
  return {
    start: async (endpoint) =>
      new FaultyTransport(await ports.start(endpoint), { nowMs: 0, isStopped: false }, new Prng(1)),
    link: (a, b) => ports.link(a, b),
  };
});

/** Records the messages that are sent on, and the virtual time of each. */
class Wire implements Transport {
  readonly batches: (readonly Message[])[] = [];
  readonly atMs: number[] = [];
  isClosed = false;
  readonly #clock: { readonly nowMs: number };

  constructor(clock: { readonly nowMs: number }) {
    this.#clock = clock;
  }

  get messages(): Message[] {
    return this.batches.flat();
  }

  get terms(): number[] {
    return this.messages.map(({ term }) => term);
  }

  send(messages: readonly Message[]): void {
    this.batches.push(messages);
    for (const _ of messages) this.atMs.push(this.#clock.nowMs);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

function start(t: TestContext, speed = 1) {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.after(() => mock.timers.reset());
  const clock = { nowMs: 500, isStopped: false };
  const wire = new Wire(clock);
  const transport = new FaultyTransport(wire, clock, new Prng(7));
  const break_ = (fault: Partial<typeof sound>, peer: NodeId = receiver) =>
    transport.setFaults(new Map([[peer, { ...sound, ...fault }]]));
  /** Lets `ms` real milliseconds pass. */
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 1) {
      clock.nowMs += speed;
      mock.timers.tick(1);
    }
  };
  return {
    clock,
    wire,
    transport,
    break: break_,
    heal: () => transport.setFaults(new Map()),
    pass,
  };
}

const votes = (count: number) => Array.from({ length: count }, (_, at) => vote(at + 1));

test('without a fault a batch is passed on unchanged', (t) => {
  const { wire, transport } = start(t);
  const batch = [vote(1), vote(2, sender, other)];
  transport.send(batch);
  assert.equal(wire.batches[0], batch);
});

test('a cut link drops everything until it is healed, and other links do not', async (t) => {
  const { wire, transport, break: break_, heal, pass } = start(t);
  break_({ cut: true });
  assert.ok(transport.isCut(receiver));
  assert.ok(!transport.isCut(other));
  transport.send([vote(1), vote(2, sender, other), vote(3)]);
  pass(1000);
  assert.deepEqual(wire.terms, [2]);
  assert.ok(!wire.isClosed);
  heal();
  assert.ok(!transport.isCut(receiver));
  transport.send([vote(4)]);
  assert.deepEqual(wire.terms, [2, 4]);
});

test('a lossy link loses about its share, and passes the rest on at once and in order', (t) => {
  const { wire, transport, break: break_ } = start(t);
  break_({ drop: 0.3 });
  transport.send(votes(1000));
  const { terms } = wire;
  assert.ok(terms.length > 650 && terms.length < 750, String(terms.length));
  assert.deepEqual(
    terms,
    [...terms].sort((a, b) => a - b),
  );
});

test('a link with drop 1 loses everything, and one with drop 0 nothing', (t) => {
  const { wire, transport, break: break_ } = start(t);
  break_({ drop: 1 });
  transport.send(votes(1000));
  assert.deepEqual(wire.terms, []);
  break_({ drop: 0 });
  transport.send(votes(1000));
  assert.equal(wire.terms.length, 1000);
});

test('a slow link delivers everything in order, exactly after its delay', (t) => {
  const { wire, transport, break: break_, pass } = start(t);
  break_({ delayMs: 100 });
  transport.send(votes(3));
  pass(50);
  transport.send([vote(4), vote(5, sender, other)]);
  assert.deepEqual(wire.terms, [5]);
  pass(49);
  assert.deepEqual(wire.terms, [5]);
  pass(1);
  assert.deepEqual(wire.terms, [5, 1, 2, 3]);
  pass(50);
  assert.deepEqual(wire.terms, [5, 1, 2, 3, 4]);
  assert.deepEqual(wire.atMs, [550, 600, 600, 600, 650]);
});

test('with jitter messages may overtake each other, but none is lost, early or too late', (t) => {
  const { wire, transport, break: break_, pass } = start(t);
  break_({ delayMs: 20, jitterMs: 30 });
  transport.send(votes(200));
  pass(60);
  const { terms } = wire;
  const sorted = [...terms].sort((a, b) => a - b);
  assert.deepEqual(
    sorted,
    votes(200).map(({ term }) => term),
  );
  assert.notDeepEqual(terms, sorted);
  assert.ok(Math.min(...wire.atMs) >= 520);
  assert.ok(Math.max(...wire.atMs) <= 551);
});

test('a message that is sent later but due sooner is delivered sooner', (t) => {
  const { wire, transport, break: break_, pass } = start(t);
  break_({ delayMs: 100 });
  transport.send([vote(1)]);
  break_({ delayMs: 5 });
  transport.send([vote(2)]);
  pass(5);
  assert.deepEqual(wire.terms, [2]);
  pass(95);
  assert.deepEqual(wire.terms, [2, 1]);
});

test('a delay is in virtual time: at an eighth of the speed it takes eight times as long', (t) => {
  const { wire, transport, break: break_, pass } = start(t, 0.125);
  break_({ delayMs: 20 });
  transport.send([vote(1)]);
  pass(159);
  assert.deepEqual(wire.terms, []);
  pass(10);
  assert.deepEqual(wire.terms, [1]);
});

test('while time is stopped, delayed messages are delivered only by deliverNext', (t) => {
  const { clock, wire, transport, break: break_, pass } = start(t);
  assert.equal(transport.nextDueMs, Number.POSITIVE_INFINITY);
  break_({ delayMs: 20 });
  transport.send([vote(1), vote(2)]);
  clock.isStopped = true;
  assert.equal(transport.nextDueMs, 520);
  pass(100);
  assert.deepEqual(wire.terms, []);
  transport.deliverNext();
  assert.deepEqual(wire.terms, [1]);
  clock.isStopped = false;
  pass(10);
  assert.deepEqual(wire.terms, [1, 2]);
});

test('delayed messages are lost when the link is cut', (t) => {
  const { wire, transport, break: break_, heal, pass } = start(t);
  break_({ delayMs: 20 });
  transport.send([vote(1)]);
  break_({ cut: true, delayMs: 20 });
  pass(30);
  heal();
  pass(30);
  assert.deepEqual(wire.terms, []);
});

test('delayed messages stay delayed when the link is healed', (t) => {
  const { wire, transport, break: break_, heal, pass } = start(t);
  break_({ delayMs: 20 });
  transport.send([vote(1)]);
  heal();
  transport.send([vote(2)]);
  pass(20);
  assert.deepEqual(wire.terms, [2, 1]);
});

test('slow links hold a bounded number of messages, and lose more', (t) => {
  const { wire, transport, break: break_, pass } = start(t);
  break_({ delayMs: 20 });
  for (const round of [1, 2]) {
    transport.send(votes(delayedMessagesMax + 5));
    pass(20);
    assert.equal(wire.messages.length, round * delayedMessagesMax);
  }
});

test('slow links hold a bounded size of entries, and lose more until there is room', (t) => {
  const { wire, transport, break: break_, pass } = start(t);
  break_({ delayMs: 20 });
  const half = append(delayedBytesMax / 2 - mebibyte);
  for (const round of [1, 2]) {
    transport.send([half, half, half, vote(9)]);
    pass(20);
    assert.equal(wire.messages.length, round * 3);
    assert.equal(wire.messages.at(-1)?.term, 9);
  }
});

test('closing drops the delayed messages and closes the transport behind it', async (t) => {
  const { wire, transport, break: break_, pass } = start(t);
  break_({ delayMs: 20 });
  transport.send([vote(1)]);
  await transport.close();
  pass(100);
  assert.deepEqual(wire.messages, []);
  assert.ok(wire.isClosed);
});

test('the listener is told once per message that it was sent on or lost', (t) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.after(() => mock.timers.reset());
  const clock = { nowMs: 0, isStopped: false };
  const seen: [term: number, isLost: boolean][] = [];
  const transport = new FaultyTransport(new Wire(clock), clock, new Prng(7), (message, isLost) =>
    seen.push([message.term, isLost]),
  );
  const fault = (change: Partial<typeof sound>) =>
    transport.setFaults(new Map([[receiver, { ...sound, ...change }]]));
  transport.send([vote(1)]);
  fault({ cut: true });
  transport.send([vote(2)]);
  fault({ drop: 1 });
  transport.send([vote(3)]);
  fault({ delayMs: 10 });
  transport.send([vote(4)]);
  assert.equal(seen.length, 3, 'a delayed message is neither sent on nor lost yet');
  clock.nowMs = 10;
  mock.timers.tick(10);
  transport.send([vote(5)]);
  fault({ cut: true });
  clock.nowMs = 20;
  mock.timers.tick(10);
  assert.deepEqual(seen, [
    [1, false],
    [2, true],
    [3, true],
    [4, false],
    [5, true],
  ]);
});
