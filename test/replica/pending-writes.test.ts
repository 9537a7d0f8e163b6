/** Unit tests of the table of waiting writes. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCommand } from '../../src/kv/index.js';
import type { Entry, LogIndex, Term } from '../../src/raft/index.js';
import { PendingWrites } from '../../src/replica/pending-writes.js';
import type { Request } from '../../src/replica/request.js';
import { entriesOf } from '../raft/node.js';
import { connection } from './replica-node.js';

const term = 1 as Term;

function request(): Request {
  const spec = findCommand('set');
  assert.ok(spec);
  return { command: { spec, args: ['k', 'v'] }, client: connection(), session: null };
}

/** Five writes at the indexes 1 to 5, which expire at 100, 200, ... */
function five() {
  const writes = new PendingWrites();
  const requests = [1, 2, 3, 4, 5].map(() => request());
  for (const [at, one] of requests.entries()) {
    writes.add((at + 1) as LogIndex, { request: one, term, deadlineMs: (at + 1) * 100 });
  }
  return { writes, requests, entries: entriesOf([1, 1, 1, 1, 1]) };
}

test('a write is taken by its entry only once', () => {
  const { writes, requests, entries } = five();
  const third = entries[2] as Entry;
  assert.equal(writes.take(third), requests[2]);
  assert.equal(writes.take(third), null);
  assert.equal(writes.size, 4);
});

test('an entry of another term at its index does not take a write', () => {
  const { writes } = five();
  const [other] = entriesOf([2], 3);
  assert.equal(writes.take(other as Entry), null);
  assert.equal(writes.size, 5);
});

test('writes expire at their deadlines, the oldest first', () => {
  const { writes, requests } = five();
  assert.deepEqual(writes.takeExpired(99), []);
  assert.deepEqual(writes.takeExpired(300), requests.slice(0, 3));
  assert.deepEqual(writes.takeExpired(300), []);
  assert.deepEqual(writes.takeAll(), requests.slice(3));
  assert.equal(writes.size, 0);
});
