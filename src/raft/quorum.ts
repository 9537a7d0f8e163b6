import { assert } from '../base/index.js';

/** The smallest number of voters of which two groups always share one. */
export function majority(voterCount: number): number {
  return Math.floor(voterCount / 2) + 1;
}

type VoteResult = 'won' | 'lost' | 'pending';

/** `votes` holds true or false for those who have answered. */
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

/** The highest value that a majority of the voters has reached: one value for each voter. */
export function reachedByMajority<N extends number>(values: readonly N[]): N {
  const descending = [...values].sort((a, b) => b - a);
  const reached = descending[majority(values.length) - 1];
  assert(reached !== undefined, 'a quorum of nobody');
  return reached;
}
