import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulate } from './simulation.js';

/** A seed that failed once, and of what. Its run changes with every change of the simulator. */
interface Regression {
  readonly seed: number;
  readonly reason: string;
}

const regressions: readonly Regression[] = [
  { seed: 6, reason: 'the expiry of waiting reads put them back into the map that it walked' },
  { seed: 24, reason: 'the expiry of waiting reads put them back into the map that it walked' },
  { seed: 3, reason: 'a read was answered before what it waited for was applied' },
  { seed: 29, reason: 'a read was answered before a write that was sent before it' },
  { seed: 9295, reason: 'an answer to an earlier life was taken for one to a younger read' },
  { seed: 23013, reason: 'an answer to an earlier life was taken for one to a younger read' },
  { seed: 1677, reason: 'a node that had restarted helped to elect a leader during a lease' },
  { seed: 21782, reason: 'a node that had restarted helped to elect a leader during a lease' },
  { seed: 9247, reason: 'a broken connection let a leader be elected during a lease' },
  { seed: 13357, reason: 'a broken connection let a leader be elected during a lease' },
  { seed: 1, reason: 'reads gathered in rounds without a limit' },
  { seed: 331105, reason: 'a checker gave too few events to a long log that goes entry by entry' },
  { seed: 131787, reason: 'a checker gave no time for a long log that was not committed yet' },
  { seed: 74272, reason: 'a checker counted on a copy that no quorum had counted' },
  { seed: 24, reason: 'a new server took a snapshot that named nobody' },
  { seed: 81, reason: 'a leader that was removed added itself again, and led as a learner' },
  { seed: 84, reason: 'nobody could be elected after the leader of two had removed itself' },
  { seed: 89, reason: 'a change was called done that was lost with the leadership' },
  { seed: 479, reason: 'a server with an emptied disk elected one that lacked what was committed' },
  { seed: 4235, reason: 'servers with emptied disks elected each other by old configurations' },
  { seed: 838, reason: 'log time stood still after an election, and a key that was due stayed' },
  { seed: 609, reason: 'a checker waited for a node that it had stopped itself' },
  { seed: 667, reason: 'a checker looked for the members in a log that a snapshot had replaced' },
  { seed: 881, reason: 'a checker took the members in memory for those on the disk' },
];

for (const { seed, reason } of regressions) {
  test(`seed ${seed} is clean: ${reason}`, () => {
    const { failure } = simulate({ seed, steps: 1000 });
    assert.equal(failure, null, failure?.message);
  });
}
