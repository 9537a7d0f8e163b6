import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  describeEvent,
  type LifeEvent,
  type NodeEvent,
  toClusterEvent,
} from '../../src/control/index.js';
import { noFault } from '../../src/control/link-fault.js';
import { type LogIndex, nodeId, type Term } from '../../src/raft/index.js';

const at = '2026-01-02T03:04:05.678Z';
const [n1, n2] = [nodeId('n1'), nodeId('n2')];
const ends = { from: n1, to: n2 };
const term = 2 as Term;
const [from, to] = [7 as LogIndex, 9 as LogIndex];

type Happening = LifeEvent | NodeEvent;

/** By type and variant, so that an event without a case does not compile. */
const cases: { readonly [T in Happening['type']]: readonly (readonly [Happening, string])[] } = {
  started: [[{ type: 'started' }, 'n1 starts']],
  ready: [
    [
      { type: 'ready' },
      'cluster ready: a leader has committed in its term, and every node has applied it',
    ],
  ],
  killed: [[{ type: 'killed' }, 'n1 was killed']],
  crashed: [[{ type: 'crashed', reason: 'out of memory' }, 'n1 crashed: out of memory']],
  restarted: [[{ type: 'restarted' }, 'n1 was started again']],
  speedChanged: [
    [
      { type: 'speedChanged', speed: 0 },
      'time stands still: messages and timers wait, and `step` lets one happen',
    ],
    [{ type: 'speedChanged', speed: 0.05 }, 'time passes at 0.05 of its speed'],
    [{ type: 'speedChanged', speed: 1 }, 'time passes as it does outside'],
  ],
  timersAligned: [
    [
      { type: 'timersAligned' },
      'the election timers of all followers are to run out together: nobody will win a majority',
    ],
  ],
  stopped: [[{ type: 'stopped' }, 'n1 stopped']],
  paused: [[{ type: 'paused' }, 'n1 freezes: no timer, no message, no client is served']],
  resumed: [[{ type: 'resumed' }, 'n1 goes on']],
  diskChanged: [
    [{ type: 'diskChanged', fault: 'ok', delayMs: 0 }, "n1's disk is sound again"],
    [
      { type: 'diskChanged', fault: 'slow', delayMs: 100 },
      "n1's disk is slow: each write takes 100 ms longer",
    ],
    [{ type: 'diskChanged', fault: 'full', delayMs: 0 }, "n1's disk is full: each write fails"],
    [
      { type: 'diskChanged', fault: 'failing', delayMs: 0 },
      "n1's disk is failing: each write fails",
    ],
    [
      { type: 'diskChanged', fault: 'lying', delayMs: 0 },
      "n1's disk lies: it says synced, and loses all that is written from now on at the next kill",
    ],
  ],
  linkChanged: [
    [
      { type: 'linkChanged', ...ends, oneWay: false, ...noFault, cut: true },
      'the link between n1 and n2 is cut',
    ],
    [
      { type: 'linkChanged', ...ends, oneWay: true, ...noFault },
      'the link from n1 to n2 is whole again',
    ],
    [
      { type: 'linkChanged', ...ends, oneWay: false, ...noFault, drop: 0.255 },
      'the link between n1 and n2 loses 25.5 % of the messages',
    ],
    [
      { type: 'linkChanged', ...ends, oneWay: true, ...noFault, delayMs: 100 },
      'the link from n1 to n2 takes 100 ms',
    ],
    [
      { type: 'linkChanged', ...ends, oneWay: true, ...noFault, jitterMs: 20 },
      'the link from n1 to n2 takes 0 to 20 ms',
    ],
    [
      { type: 'linkChanged', ...ends, oneWay: true, cut: false, drop: 1, delayMs: 5, jitterMs: 2 },
      'the link from n1 to n2 loses 100 % of the messages and takes 5 to 7 ms',
    ],
    [
      { type: 'linkChanged', ...ends, oneWay: true, cut: true, drop: 1, delayMs: 5, jitterMs: 2 },
      'the link from n1 to n2 is cut',
    ],
  ],
  warned: [[{ type: 'warned', reason: 'HTTP' }, 'n1 warns: HTTP']],
  becamePreCandidate: [
    [
      { type: 'becamePreCandidate', term },
      'n1 hears no leader and asks whether it could win (PreVote, term 2)',
    ],
  ],
  becameCandidate: [[{ type: 'becameCandidate', term }, 'n1 campaigns in term 2']],
  becameLeader: [[{ type: 'becameLeader', term }, 'n1 won the election of term 2: it leads']],
  snapshotTaken: [
    [
      { type: 'snapshotTaken', index: to },
      'n1 took a snapshot up to index 9: the log before it is not needed',
    ],
  ],
  snapshotInstalled: [
    [
      { type: 'snapshotInstalled', index: to, leader: n2 },
      "n1 installed n2's snapshot up to index 9: the log lacked too much",
    ],
  ],
  configurationChanged: [
    [
      { type: 'configurationChanged', index: to, voters: [n1, n2], learners: [] },
      'n1 uses the configuration of index 9: voters n1, n2',
    ],
    [
      { type: 'configurationChanged', index: to, voters: [n1], learners: [n2] },
      'n1 uses the configuration of index 9: voters n1, learners n2',
    ],
  ],
  transferStarted: [
    [{ type: 'transferStarted', term, target: n2 }, 'n1 hands leadership over to n2'],
  ],
  transferFailed: [
    [
      { type: 'transferFailed', term, target: n2 },
      'n1 goes on leading in term 2: n2 did not take over in time',
    ],
  ],
  removed: [[{ type: 'removed' }, 'n1 has left the cluster; its data stay, for its return']],
  steppedDown: [[{ type: 'steppedDown', term }, 'n1 stepped down from leading in term 2']],
  becameFollower: [
    [{ type: 'becameFollower', term, leader: n2 }, 'n1 follows n2 in term 2'],
    [
      { type: 'becameFollower', term, leader: null },
      'n1 is a follower in term 2 and knows no leader',
    ],
  ],
  votedFor: [
    [
      { type: 'votedFor', term, candidate: n2 },
      'n1 voted for n2 in term 2: its log is as up to date',
    ],
  ],
  truncated: [
    [{ type: 'truncated', from, to }, "n1 dropped entries 7 to 9: the leader's log has others"],
  ],
};

for (const [happening, text] of Object.values(cases).flat()) {
  const { type, ...details } = happening;

  test(`${type} is told as: ${text}`, () => {
    assert.equal(describeEvent(toClusterEvent(at, n1, happening)), text);
  });

  test(`${type} with ${JSON.stringify(details)} is one flat object, its details last`, () => {
    const line = JSON.stringify(toClusterEvent(at, n1, happening));
    assert.equal(line, JSON.stringify({ at, node: 'n1', event: type, ...details }));
  });
}

test('an event is as the outer contract shows it', () => {
  const line = JSON.stringify(toClusterEvent(at, n1, { type: 'becameLeader', term }));
  assert.equal(line, `{"at":"${at}","node":"n1","event":"becameLeader","term":2}`);
});

test('what happens to the whole cluster has no node', () => {
  const event = toClusterEvent(at, null, { type: 'stopped' });
  assert.deepEqual(event, { at, node: null, event: 'stopped' });
  assert.equal(describeEvent(event), 'cluster stopped');
});
