/**
 * Majority arithmetic, for votes (3.4) and for the values that a majority has reached (3.5). It
 * knows no node state.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import { assert } from '../base/index.js';

/** Returns the smallest group size at which any two groups of voters share a voter. */
export function majority(voterCount: number): number {
  return Math.floor(voterCount / 2) + 1;
}

type VoteResult = 'won' | 'lost' | 'pending';

/** Counts `votes`, which hold true or false for each voter that has replied. Others are ignored. */
export function countVotes<Id>(voters: readonly Id[], votes: ReadonlyMap<Id, boolean>): VoteResult {
  const needed = majority(voters.length);
  let granted = 0;
  let refused = 0;
  for (const voter of voters) {
    const vote = votes.get(voter);
    if (vote === true) granted += 1;
    if (vote === false) refused += 1;
  }
  if (granted >= needed) return 'won';
  return voters.length - refused < needed ? 'lost' : 'pending';
}

/**
 * Returns the highest value that a majority of the voters has reached.
 * @param values One value for each voter.
 * @throws {LetoError} LETO_ASSERTION when there are no voters.
 */
export function reachedByMajority<N extends number>(values: readonly N[]): N {
  const descending = [...values].sort((a, b) => b - a);
  const reached = descending[majority(values.length) - 1];
  assert(reached !== undefined, 'a majority of no voters was requested');
  return reached;
}
