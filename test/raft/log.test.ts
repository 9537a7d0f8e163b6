/** RaftLog on its own: index arithmetic, searches by term, configurations and compaction (3.5, 5.1). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Entry,
  entryBytes,
  type LogBase,
  type LogIndex,
  nodeId,
  type Term,
} from '../../src/raft/index.js';
import { RaftLog } from '../../src/raft/log.js';
import { entriesOf } from './node.js';

const index = (value: number) => value as LogIndex;
const term = (value: number) => value as Term;
const unbounded = Number.POSITIVE_INFINITY;

function logOf(terms: readonly number[], base = { index: 0, term: 0 }): RaftLog {
  const configuration = { voters: [], learners: [] };
  return new RaftLog(
    { index: index(base.index), term: term(base.term), configuration },
    entriesOf(terms, base.index + 1),
  );
}

function indexes(entries: readonly Entry[]): number[] {
  return entries.map((entry) => entry.index);
}

test('an empty log ends where its base does (5.1)', () => {
  const log = logOf([], { index: 7, term: 3 });
  assert.equal(log.firstIndex, 8);
  assert.equal(log.lastIndex, 7);
  assert.equal(log.lastTerm, 3);
  assert.equal(log.termAt(index(7)), 3);
  assert.equal(log.entryAt(index(7)), undefined);
});

test('a log knows the terms of its base and its entries, and no others (3.5)', () => {
  const log = logOf([3, 4], { index: 7, term: 3 });
  const terms = [6, 7, 8, 9, 10].map((at) => log.termAt(index(at)));
  assert.deepEqual(terms, [undefined, 3, 3, 4, undefined]);
  assert.ok(log.matches(index(8), term(3)));
  assert.ok(!log.matches(index(8), term(4)));
  assert.ok(!log.matches(index(10), term(4)));
});

test('an entry must follow the last one: no gap, no index twice', () => {
  const log = logOf([1, 1]);
  for (const first of [2, 4]) {
    const [entry] = entriesOf([1], first);
    assert.ok(entry);
    assert.throws(() => log.append(entry), { code: 'LETO_ASSERTION', message: /gap/ });
  }
});

test('terms never fall in a log, nor below its base', () => {
  assert.throws(() => logOf([2, 1]), { code: 'LETO_ASSERTION', message: /terms fall/ });
  assert.throws(() => logOf([1], { index: 5, term: 2 }), { message: /terms fall/ });
});

test('a truncation cannot begin at or below the base', () => {
  const log = logOf([3], { index: 5, term: 3 });
  assert.throws(() => log.truncateFrom(index(5)), { code: 'LETO_ASSERTION' });
  log.truncateFrom(index(6));
  assert.equal(log.lastIndex, 5);
});

test('a slice cannot begin at or below the base', () => {
  const log = logOf([3], { index: 5, term: 3 });
  assert.throws(() => log.slice(index(5), index(6), 1), { code: 'LETO_ASSERTION' });
});

test('a slice beyond the end is empty', () => {
  const log = logOf([1, 1]);
  assert.deepEqual(log.slice(index(3), index(9), unbounded), []);
  assert.deepEqual(log.slice(index(9), index(9), unbounded), []);
  assert.deepEqual(log.slice(index(2), index(1), unbounded), []);
});

test('a slice holds what fits, and at least one entry', () => {
  const log = logOf([1, 1, 1]);
  const bytes = entryBytes(entriesOf([1])[0] as Entry);
  assert.deepEqual(indexes(log.slice(index(1), index(3), 2 * bytes)), [1, 2]);
  assert.deepEqual(indexes(log.slice(index(1), index(3), 2 * bytes - 1)), [1]);
  assert.deepEqual(indexes(log.slice(index(2), index(3), 0)), [2]);
});

test('a log finds where the term at an index begins, and where terms are low enough (3.5)', () => {
  const log = logOf([1, 1, 4, 4, 4, 5]);
  assert.equal(log.firstIndexOfTermAt(index(5)), 3);
  assert.equal(log.firstIndexOfTermAt(index(2)), 1);
  assert.equal(log.firstIndexOfTermAt(index(6)), 6);
  assert.equal(log.lastIndexWithTermAtMost(term(4), index(6)), 5);
  assert.equal(log.lastIndexWithTermAtMost(term(3), index(6)), 2);
  assert.equal(log.lastIndexWithTermAtMost(term(0), index(6)), 0);
  assert.equal(log.lastIndexWithTermAtMost(term(9), index(4)), 4);
});

test('a search by term ends at the base', () => {
  const log = logOf([4, 4, 5], { index: 7, term: 4 });
  assert.equal(log.firstIndexOfTermAt(index(9)), 8);
  assert.equal(log.lastIndexWithTermAtMost(term(2), index(10)), 7);
});

/** Applies the same steps to a log and to an array: negative ones truncate, others append. */
function change(log: RaftLog, model: Entry[], steps: readonly number[]): void {
  for (const step of steps) {
    if (step < 0) {
      model.length = Math.min(model.length, -step);
      log.truncateFrom(index(log.firstIndex - step));
    } else {
      const entries = entriesOf([log.lastTerm + step], log.lastIndex + 1);
      model.push(...entries);
      for (const entry of entries) log.append(entry);
    }
  }
}

test('a log behaves like an array under any sequence of appends and truncations', () => {
  const steps = fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 60 });
  fc.assert(
    fc.property(fc.nat(5), steps, (baseIndex, changes) => {
      const log = logOf([], { index: baseIndex, term: 1 });
      const model: Entry[] = [];
      change(log, model, changes);
      assert.deepEqual(log.slice(log.firstIndex, log.lastIndex, unbounded), model);
      assert.equal(log.lastIndex, baseIndex + model.length);
      assert.equal(log.lastTerm, model.at(-1)?.term ?? 1);
      assert.equal(
        log.bytes,
        model.reduce((sum, entry) => sum + entryBytes(entry), 0),
      );
    }),
  );
});

const genesis: LogBase = {
  index: index(0),
  term: term(0),
  configuration: { voters: [nodeId('n1')], learners: [] },
};

function membersEntry(at: number, voters: readonly string[]): Entry {
  const data = JSON.stringify({ voters, learners: [] });
  return { index: index(at), term: term(1), kind: 'configuration', data };
}

test('a log knows its latest configuration and the one before, also after truncation (4.1)', () => {
  const log = new RaftLog(genesis, []);
  const members = () => [log.configuration.voters, log.previousConfiguration?.voters ?? null];
  assert.deepEqual(members(), [['n1'], null]);
  log.append(membersEntry(1, ['n1', 'n2']));
  assert.deepEqual(members(), [['n1', 'n2'], ['n1']]);
  log.append(membersEntry(2, ['n2']));
  assert.deepEqual(members(), [['n2'], ['n1', 'n2']]);
  assert.equal(log.configurationIndex, 2);
  log.truncateFrom(index(2));
  assert.deepEqual(members(), [['n1', 'n2'], ['n1']]);
  log.truncateFrom(index(1));
  assert.deepEqual(members(), [['n1'], null]);
});

test('the base at an index holds the configuration as of that index (5.1)', () => {
  const log = new RaftLog(genesis, [membersEntry(1, ['n1', 'n2']), ...entriesOf([1], 2)]);
  log.append(membersEntry(3, ['n2']));
  const votersAt = (at: number) => log.baseAt(index(at)).configuration.voters;
  assert.deepEqual([0, 1, 2, 3].map(votersAt), [['n1'], ['n1', 'n2'], ['n1', 'n2'], ['n2']]);
  assert.throws(() => log.baseAt(index(4)), { code: 'LETO_ASSERTION' });
});

test('a compacted log ends where it did, and its base holds the members (5.1)', () => {
  const log = new RaftLog(genesis, [membersEntry(1, ['n1', 'n2']), ...entriesOf([1, 1], 2)]);
  const { bytes } = log;
  log.compactTo(log.baseAt(index(2)));
  assert.equal(log.firstIndex, 3);
  assert.equal(log.lastIndex, 3);
  assert.ok(log.bytes > 0 && log.bytes < bytes);
  assert.deepEqual(log.configuration.voters, ['n1', 'n2']);
  assert.equal(log.configurationIndex, 2);
  log.compactTo(log.baseAt(index(3)));
  assert.equal(log.bytes, 0);
  assert.throws(() => log.compactTo({ ...log.base, index: index(4) }), {
    code: 'LETO_ASSERTION',
  });
});

test('a log that is replaced holds no entries and begins after its new base (5.1)', () => {
  const log = new RaftLog(genesis, entriesOf([1, 1]));
  const base = { ...genesis, index: index(9), term: term(3) };
  log.replaceWith(base);
  assert.deepEqual([log.firstIndex, log.lastIndex, log.lastTerm, log.bytes], [10, 9, 3, 0]);
});
