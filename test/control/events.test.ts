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

type RawEvent = LifeEvent | NodeEvent;

/** The cases by type: a type of event without a case does not compile. */
const cases: { readonly [T in RawEvent['type']]: readonly (readonly [RawEvent, string])[] } = {
  started: [[{ type: 'started' }, 'n1 started']],
  ready: [[{ type: 'ready' }, "cluster ready: every node has applied the leader's first entry"]],
  killed: [[{ type: 'killed' }, 'n1 was killed']],
  crashed: [[{ type: 'crashed', reason: 'out of memory' }, 'n1 crashed: out of memory']],
  restarted: [[{ type: 'restarted' }, 'n1 restarted']],
  speedChanged: [
    [
      { type: 'speedChanged', speed: 0 },
      'time is stopped: messages and timers wait until `step` releases one',
    ],
    [{ type: 'speedChanged', speed: 0.05 }, 'time runs at 0.05x'],
    [{ type: 'speedChanged', speed: 1 }, 'time runs at normal speed'],
  ],
  timersAligned: [
    [
      { type: 'timersAligned' },
      'the election timers of all followers will expire together, to split the vote: no candidate gets a majority',
    ],
  ],
  stopped: [[{ type: 'stopped' }, 'n1 stopped']],
  paused: [
    [
      { type: 'paused' },
      'n1 is paused: it runs no timers, handles no messages and serves no clients',
    ],
  ],
  resumed: [[{ type: 'resumed' }, 'n1 resumed']],
  diskChanged: [
    [{ type: 'diskChanged', fault: 'ok', delayMs: 0 }, "n1's disk is healthy again"],
    [
      { type: 'diskChanged', fault: 'slow', delayMs: 100 },
      "n1's disk is slow: every write takes 100 ms longer",
    ],
    [{ type: 'diskChanged', fault: 'full', delayMs: 0 }, "n1's disk is full: every write fails"],
    [
      { type: 'diskChanged', fault: 'failing', delayMs: 0 },
      "n1's disk is failing: every write fails",
    ],
    [
      { type: 'diskChanged', fault: 'lying', delayMs: 0 },
      "n1's disk lies: it confirms every sync, but everything written from now on is lost at the next kill",
    ],
  ],
  linkChanged: [
    [
      { type: 'linkChanged', ...ends, oneWay: false, ...noFault, cut: true },
      'the link between n1 and n2 is cut',
    ],
    [
      { type: 'linkChanged', ...ends, oneWay: true, ...noFault },
      'the link from n1 to n2 is healthy again',
    ],
    [
      { type: 'linkChanged', ...ends, oneWay: false, ...noFault, drop: 0.255 },
      'the link between n1 and n2 drops 25.5% of messages',
    ],
    [
      { type: 'linkChanged', ...ends, oneWay: true, ...noFault, delayMs: 100 },
      'the link from n1 to n2 adds 100 ms of delay',
    ],
    [
      { type: 'linkChanged', ...ends, oneWay: true, ...noFault, jitterMs: 20 },
      'the link from n1 to n2 adds 0 to 20 ms of delay',
    ],
    [
      { type: 'linkChanged', ...ends, oneWay: true, cut: false, drop: 1, delayMs: 5, jitterMs: 2 },
      'the link from n1 to n2 drops 100% of messages and adds 5 to 7 ms of delay',
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
      'n1 hears from no leader and asks if it could win (PreVote, term 2)',
    ],
  ],
  becameCandidate: [
    [{ type: 'becameCandidate', term }, 'n1 is a candidate in term 2 and votes for itself'],
  ],
  becameLeader: [
    [
      { type: 'becameLeader', term },
      'n1 won the election of term 2: a majority voted for it, so it leads',
    ],
  ],
  snapshotTaken: [
    [
      { type: 'snapshotTaken', index: to },
      'n1 took a snapshot of its state at index 9: the log up to there is no longer needed',
    ],
  ],
  snapshotInstalled: [
    [
      { type: 'snapshotInstalled', index: to, leader: n2 },
      "n1 installed n2's snapshot up to index 9: n2 no longer has the entries that n1 missed",
    ],
  ],
  configurationChanged: [
    [
      { type: 'configurationChanged', index: to, voters: [n1, n2], learners: [] },
      'n1 now uses the configuration at log index 9: voters n1, n2',
    ],
    [
      { type: 'configurationChanged', index: to, voters: [n1], learners: [n2] },
      'n1 now uses the configuration at log index 9: voters n1; learners n2',
    ],
  ],
  transferStarted: [
    [{ type: 'transferStarted', term, target: n2 }, 'n1 starts transferring leadership to n2'],
  ],
  transferFailed: [
    [
      { type: 'transferFailed', term, target: n2 },
      'n1 remains the leader of term 2: n2 did not take over in time',
    ],
  ],
  removed: [
    [
      { type: 'removed' },
      'n1 was removed from the cluster; its data stays on disk, so it can rejoin',
    ],
  ],
  steppedDown: [[{ type: 'steppedDown', term }, 'n1 stepped down as leader of term 2']],
  becameFollower: [
    [{ type: 'becameFollower', term, leader: n2 }, 'n1 follows n2 in term 2'],
    [
      { type: 'becameFollower', term, leader: null },
      'n1 is a follower in term 2 and knows no leader yet',
    ],
  ],
  votedFor: [
    [
      { type: 'votedFor', term, candidate: n2 },
      "n1 voted for n2 in term 2: n2's log is at least as up to date",
    ],
  ],
  truncated: [
    [
      { type: 'truncated', from, to },
      "n1 dropped entries 7 to 9: they conflict with the leader's log",
    ],
  ],
};

for (const [rawEvent, text] of Object.values(cases).flat()) {
  const { type, ...details } = rawEvent;

  test(`${type} is described as: ${text}`, () => {
    assert.equal(describeEvent(toClusterEvent(at, n1, rawEvent)), text);
  });

  test(`${type} with ${JSON.stringify(details)} is one flat object, its details last`, () => {
    const line = JSON.stringify(toClusterEvent(at, n1, rawEvent));
    assert.equal(line, JSON.stringify({ at, node: 'n1', event: type, ...details }));
  });
}

test('an event has the JSON form of the outer contract', () => {
  const line = JSON.stringify(toClusterEvent(at, n1, { type: 'becameLeader', term }));
  assert.equal(line, `{"at":"${at}","node":"n1","event":"becameLeader","term":2}`);
});

test('an event of the whole cluster has no node', () => {
  const event = toClusterEvent(at, null, { type: 'stopped' });
  assert.deepEqual(event, { at, node: null, event: 'stopped' });
  assert.equal(describeEvent(event), 'cluster stopped');
});
