import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeldMessages, heldBytesMax, heldMessagesMax } from '../../src/node/held-messages.js';
import { requestVote } from '../raft/messages.js';
import { n1, n2 } from '../raft/node.js';
import { append, mebibyte } from '../transport/messages.js';
import { countUp } from './count-up.js';

const vote = (term: number) => requestVote(n2, n1, term, [0, 0]);

test('messages at two nodes are numbered in their order of arrival', () => {
  const takeNumber = countUp();
  const [a, b] = [new HeldMessages(takeNumber), new HeldMessages(takeNumber)];
  a.add(vote(1));
  b.add(vote(2));
  a.add(vote(3));
  const numbers = (held: HeldMessages) => held.first(9).map(({ number }) => number);
  assert.deepEqual([numbers(a), numbers(b)], [[1, 3], [2]]);
  assert.equal(a.first(1)[0]?.message.term, 1);
});

test('a message can be taken once by its number, and the rest in order', () => {
  const held = new HeldMessages(countUp());
  for (const term of [1, 2, 3]) held.add(vote(term));
  assert.deepEqual(held.take(2), vote(2));
  assert.equal(held.take(2), null);
  assert.deepEqual(held.takeAll(), [vote(1), vote(3)]);
  assert.deepEqual(held.takeAll(), []);
});

test('messages beyond the limit are lost', () => {
  const held = new HeldMessages(countUp());
  for (let term = 1; term <= heldMessagesMax + 5; term += 1) held.add(vote(term));
  assert.equal(held.takeAll().length, heldMessagesMax);
  held.add(vote(1));
  assert.equal(held.takeAll().length, 1);
});

test('a message beyond the limit of bytes is lost, until there is room again', () => {
  const held = new HeldMessages(countUp());
  const half = append(heldBytesMax / 2 - mebibyte);
  for (const message of [half, half, half, vote(9)]) held.add(message);
  assert.equal(held.first(9).length, 3);
  held.take(1);
  held.add(half);
  assert.equal(held.first(9).length, 3);
  assert.equal(held.takeAll().length, 3);
});
