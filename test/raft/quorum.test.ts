/** Majorities, and who counts in them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkConfiguration, isVoter, peersOf } from '../../src/raft/configuration.js';
import { countVotes, majority, reachedByMajority } from '../../src/raft/quorum.js';
import { n1, n2, n3, n4 } from './node.js';

test('a majority of 1, 2, 3, ... is 1, 2, 2, 3, 3, 4, 4, 5, 5 (3.4)', () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map(majority), [1, 2, 2, 3, 3, 4, 4, 5, 5]);
});

test('two majorities always share a voter, and smaller groups may not', () => {
  for (let voters = 1; voters <= 99; voters += 1) {
    assert.ok(2 * majority(voters) > voters);
    assert.ok(2 * (majority(voters) - 1) <= voters);
  }
});

test('an election is won or lost as soon as no further vote can change it (3.4)', () => {
  const votes = fc.array(fc.constantFrom(true, false, null), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(votes, (cast) => {
      const voters = cast.map((_, at) => at);
      const answered = new Map<number, boolean>();
      for (const [voter, vote] of cast.entries()) if (vote !== null) answered.set(voter, vote);
      const wins = (open: boolean) => 2 * cast.filter((vote) => vote ?? open).length > cast.length;
      const expected = wins(false) ? 'won' : wins(true) ? 'pending' : 'lost';
      assert.equal(countVotes(voters, answered), expected);
    }),
  );
});

test('the vote of a node that is not a voter does not count (4.2.1)', () => {
  const votes = new Map([
    [n1, true],
    [n4, true],
  ]);
  assert.equal(countVotes([n1, n2, n3], votes), 'pending');
});

test('a majority has reached the highest value that more than half have reached (3.5)', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { minLength: 1, maxLength: 9 }), (values) => {
      const reached = reachedByMajority(values);
      const atLeast = (value: number) => values.filter((other) => other >= value).length;
      assert.ok(2 * atLeast(reached) > values.length);
      assert.ok(2 * atLeast(reached + 1) <= values.length);
    }),
  );
});

test('reachedByMajority does not change its argument', () => {
  const values = [3, 1, 2];
  reachedByMajority(values);
  assert.deepEqual(values, [3, 1, 2]);
});

test('a majority of no voters is an assertion failure', () => {
  assert.throws(() => reachedByMajority([]), { code: 'LETO_ASSERTION' });
});

test('only voters form quorums, but learners are peers too (4.2.1)', () => {
  const configuration = { voters: [n1, n2], learners: [n3] };
  assert.ok(isVoter(configuration, n2));
  assert.ok(!isVoter(configuration, n3));
  assert.deepEqual(peersOf(configuration, n1), [n2, n3]);
});

test('a configuration names each member once', () => {
  checkConfiguration({ voters: [n1, n2], learners: [n3] });
  const twice = [
    { voters: [n1, n1], learners: [] },
    { voters: [n1, n2], learners: [n2] },
  ];
  for (const configuration of twice) {
    assert.throws(() => checkConfiguration(configuration), { code: 'LETO_ASSERTION' });
  }
});
