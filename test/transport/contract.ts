/** The contract that every Transport passes. */

import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { type NodeId, nodeId } from '../../src/raft/index.js';
import type { Transport } from '../../src/transport/index.js';
import { anyMessage } from './arbitrary-messages.js';
import { Endpoint } from './endpoint.js';
import { append, mebibyte, receiver, sender, vote } from './messages.js';

/** Starts and links the nodes of one kind of transport, and closes them after the test. */
export interface Network {
  start(endpoint: Endpoint): Promise<Transport>;
  /** Links the current lives of both nodes. */
  link(a: NodeId, b: NodeId): void;
}

/** Two linked nodes, of which `a` is the sender and `b` the receiver. */
interface Pair {
  readonly network: Network;
  readonly a: Endpoint;
  readonly b: Endpoint;
  readonly fromA: Transport;
  readonly fromB: Transport;
}

async function startPair(network: Network): Promise<Pair> {
  const [a, b] = [new Endpoint(sender), new Endpoint(receiver)];
  const [fromA, fromB] = [await network.start(a), await network.start(b)];
  network.link(sender, receiver);
  return { network, a, b, fromA, fromB };
}

const facts: readonly [fact: string, check: (pair: Pair) => Promise<void>][] = [
  ['messages arrive unchanged and in order', comeInOrder],
  ['a link carries messages both ways', carryBothWays],
  ['each of several peers gets its own messages', reachEachPeer],
  ...[0, 16 * 1024 - 100, 16 * 1024, mebibyte, 64 * mebibyte].map(
    (bytes): [string, typeof comeInOrder] => [
      `an entry of ${bytes} bytes arrives, and so does the next message`,
      (pair) => carryEntry(pair, bytes),
    ],
  ),
  ['a full window of entries and the largest entry can be sent together', carryWindow],
  ['messages to an unknown peer are silently dropped', dropForUnknownPeer],
  ['a peer that closes is reported lost once, and messages to it are dropped', losePeer],
  ['a closed transport reports no lost peer, and neither sends nor receives', fallSilent],
  ['a peer that restarts sends and receives again, in each of its lives', liveAgain],
  ['a new link to the same life replaces the old one, and no peer is reported lost', linkAgain],
];

/** Defines the tests of one kind of transport. */
export function testTransport(name: string, makeNetwork: (t: TestContext) => Network): void {
  describe(name, () => {
    for (const [fact, check] of facts) {
      test(fact, async (t) => check(await startPair(makeNetwork(t))));
    }
  });
}

async function comeInOrder({ b, fromA }: Pair): Promise<void> {
  const sent = fc.sample(fc.array(anyMessage, { minLength: 1, maxLength: 20 }), 100);
  for (const messages of sent) fromA.send(messages);
  const all = sent.flat();
  assert.deepEqual(await b.heard(all.length), all);
}

async function carryBothWays({ a, b, fromA, fromB }: Pair): Promise<void> {
  fromA.send([vote(1)]);
  fromB.send([vote(2, receiver, sender)]);
  assert.deepEqual(await b.heard(1), [vote(1)]);
  assert.deepEqual(await a.heard(1), [vote(2, receiver, sender)]);
}

async function reachEachPeer({ network, b, fromA }: Pair): Promise<void> {
  const c = new Endpoint(nodeId('n3'));
  await network.start(c);
  network.link(sender, c.id);
  const toC = (term: number) => vote(term, sender, c.id);
  fromA.send([vote(1), toC(2), vote(3), toC(4)]);
  assert.deepEqual(await b.heard(2), [vote(1), vote(3)]);
  assert.deepEqual(await c.heard(2), [toC(2), toC(4)]);
}

async function carryEntry({ b, fromA }: Pair, bytes: number): Promise<void> {
  fromA.send([append(bytes)]);
  assert.deepEqual(await b.heard(1), [append(bytes)]);
  fromA.send([vote(2)]);
  await b.heardTerm(2);
}

async function carryWindow({ b, fromA }: Pair): Promise<void> {
  const sent = [append(4 * mebibyte, 1), append(3 * mebibyte, 2), append(64 * mebibyte, 3)];
  fromA.send(sent);
  assert.deepEqual(await b.heard(3), sent);
}

async function dropForUnknownPeer({ b, fromA }: Pair): Promise<void> {
  fromA.send([vote(1, sender, nodeId('n9')), vote(2)]);
  assert.deepEqual(await b.heard(1), [vote(2)]);
}

async function losePeer({ a, b, fromA, fromB }: Pair): Promise<void> {
  fromA.send([vote(1)]);
  fromB.send([vote(1, receiver, sender)]);
  await Promise.all([a.heard(1), b.heard(1)]);
  await fromB.close();
  await a.lostPeers(1);
  fromA.send([append(mebibyte), vote(2)]);
  await fromA.close();
  assert.deepEqual(a.lost, [receiver]);
}

async function fallSilent({ a, b, fromA, fromB }: Pair): Promise<void> {
  fromA.send([vote(1)]);
  await b.heard(1);
  await fromA.close();
  fromA.send([vote(2)]);
  fromB.send([vote(3, receiver, sender)]);
  await b.lostPeers(1);
  assert.deepEqual([...a.lost, ...a.messages], []);
  assert.equal(b.messages.length, 1);
}

async function liveAgain({ network, a, fromA, fromB }: Pair): Promise<void> {
  let life = fromB;
  for (const term of [1, 2, 3]) {
    life.send([vote(term, receiver, sender)]);
    await a.heardTerm(term);
    await life.close();
    await a.lostPeers(term);
    const b = new Endpoint(receiver);
    life = await network.start(b);
    network.link(sender, receiver);
    fromA.send([vote(term)]);
    await b.heardTerm(term);
  }
  assert.equal(a.lost.length, 3);
}

async function linkAgain({ network, a, b, fromA, fromB }: Pair): Promise<void> {
  fromA.send([vote(1)]);
  await b.heardTerm(1);
  network.link(sender, receiver);
  fromA.send([vote(2)]);
  fromB.send([vote(2, receiver, sender)]);
  await Promise.all([b.heardTerm(2), a.heardTerm(2)]);
  assert.deepEqual([...a.lost, ...b.lost], []);
}
