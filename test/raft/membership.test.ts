/** Membership changes by one server at a time (4.1). Learners and removals have files of their own. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeConfiguration, type LogIndex, nodeId } from '../../src/raft/index.js';
import { clusterOf, newcomer } from './cluster.js';
import { addVoter, change, configurationEntry, leader, refusalOf } from './members.js';
import { appendEntries, appendEntriesReply } from './messages.js';
import { entriesOf, makeLeader, Node, n1, n2, n3, n4, n5 } from './node.js';

test('a change of the members is an entry of the log (4.1)', () => {
  const node = leader();
  assert.deepEqual(node.raft.proposeChange({ type: 'remove', id: n3 }), { index: 2 });
  const entry = node.state.log.entryAt(2 as LogIndex);
  assert.equal(entry?.kind, 'configuration');
  assert.deepEqual(decodeConfiguration(entry?.data ?? ''), { voters: [n1, n2], learners: [] });
});

test('a server uses the latest configuration in its log, committed or not (4.1)', () => {
  const node = leader({ voters: [n1, n2, n3, n4, n5] });
  node.step(appendEntriesReply(n4, n1, 1, { match: 1 }));
  node.run();
  node.raft.proposeChange({ type: 'remove', id: n5 });
  assert.deepEqual(node.state.configuration.voters, [n1, n2, n3, n4]);
  assert.equal(node.state.commitIndex, 1);
});

test('a follower uses a configuration as soon as its entry arrives (4.1)', () => {
  const node = new Node({ log: [1] });
  const entries = [configurationEntry(2, 1, [n1, n2])];
  node.step(appendEntries(n2, n1, 1, { prev: [1, 1], entries }));
  assert.deepEqual(node.state.configuration.voters, [n1, n2]);
  node.run();
  assert.deepEqual(node.events.at(-1), {
    type: 'configurationChanged',
    index: 2,
    voters: [n1, n2],
    learners: [],
  });
});

test('a server falls back to the previous configuration when the entry is truncated (4.1)', () => {
  const node = new Node({ log: [1] });
  const entries = [configurationEntry(2, 1, [n1, n2]), ...entriesOf([1], 3)];
  node.step(appendEntries(n2, n1, 1, { prev: [1, 1], entries }));
  node.step(appendEntries(n3, n1, 2, { prev: [1, 1], entries: entriesOf([2], 2) }));
  assert.deepEqual(node.state.configuration.voters, [n1, n2, n3]);
  node.run();
  const last = node.events.filter(({ type }) => type === 'configurationChanged').at(-1);
  assert.deepEqual(last, {
    type: 'configurationChanged',
    index: 0,
    voters: [n1, n2, n3],
    learners: [],
  });
});

test('a server falls back to the latest configuration that is left after a truncation (4.1)', () => {
  const node = new Node({ log: [1] });
  const entries = [configurationEntry(2, 1, [n1, n2]), configurationEntry(3, 1, [n1, n2, n4])];
  node.step(appendEntries(n2, n1, 1, { prev: [1, 1], entries }));
  assert.deepEqual(node.state.configuration.voters, [n1, n2, n4]);
  node.step(appendEntries(n2, n1, 2, { prev: [2, 1], entries: entriesOf([2], 3) }));
  assert.deepEqual(node.state.configuration.voters, [n1, n2]);
});

test('a node restarts with the latest configuration in its log (4.1)', () => {
  const node = leader();
  node.raft.proposeChange({ type: 'remove', id: n3 });
  node.run();
  node.restart();
  assert.deepEqual(node.state.configuration.voters, [n1, n2]);
});

test('a majority of the new members commits the change (4.1)', () => {
  const grown = leader({ voters: [n1, n2, n3], learners: [n4] });
  grown.step(appendEntriesReply(n4, n1, 1, { match: 1 }));
  grown.run();
  grown.raft.proposeChange({ type: 'promote', id: n4 });
  grown.run();
  grown.step(appendEntriesReply(n2, n1, 1, { match: 2 }));
  assert.equal(grown.state.commitIndex, 1, 'two of four');
  grown.step(appendEntriesReply(n4, n1, 1, { match: 2 }));
  assert.equal(grown.state.commitIndex, 2);
  const shrunk = leader();
  shrunk.raft.proposeChange({ type: 'remove', id: n3 });
  shrunk.run();
  shrunk.step(appendEntriesReply(n3, n1, 1, { match: 2 }));
  assert.equal(shrunk.state.commitIndex, 1, 'one of two: who leaves does not count');
  shrunk.step(appendEntriesReply(n2, n1, 1, { match: 2 }));
  assert.equal(shrunk.state.commitIndex, 2);
});

test('one change at a time: the next is refused until the last is committed (4.1) [M1]', () => {
  const node = leader();
  node.raft.proposeChange({ type: 'addLearner', id: n4 });
  node.run();
  assert.equal(refusalOf(node, { type: 'addLearner', id: n5 }), 'notReady');
  assert.equal(refusalOf(node, { type: 'remove', id: n3 }), 'notReady');
  node.step(appendEntriesReply(n2, n1, 1, { match: 2 }));
  assert.equal(refusalOf(node, { type: 'addLearner', id: n5 }), null);
});

test('a new leader changes nothing before its no-op is committed (4.1, erratum) [M2]', () => {
  const node = new Node();
  makeLeader(node);
  assert.equal(refusalOf(node, { type: 'remove', id: n3 }), 'notReady');
  node.step(appendEntriesReply(n2, n1, 1, { match: 1 }));
  assert.equal(refusalOf(node, { type: 'remove', id: n3 }), null);
});

test('a new leader changes nothing before the change in its log is committed (4.1) [M1] [M2]', () => {
  const node = new Node({ log: [1] });
  const entries = [configurationEntry(2, 1, [n1, n2, n3, n4])];
  node.step(appendEntries(n2, n1, 1, { prev: [1, 1], entries }));
  node.run();
  makeLeader(node);
  assert.equal(refusalOf(node, { type: 'remove', id: n3 }), 'notReady');
  for (const peer of [n2, n3]) node.step(appendEntriesReply(peer, n1, 2, { match: 2 }));
  assert.equal(
    refusalOf(node, { type: 'remove', id: n3 }),
    'notReady',
    'an older term commits with it',
  );
  for (const peer of [n2, n3]) node.step(appendEntriesReply(peer, n1, 2, { match: 3 }));
  assert.equal(refusalOf(node, { type: 'remove', id: n3 }), null);
});

test('two leaders that change the members never commit without each other (erratum) [M2]', () => {
  // Of four servers n1 adds n5, and only n1 has that entry. Then n2 removes n1. If n2 did not have to
  // commit its no-op first, n2 and n3 would be a majority of three, and n1, n4 and n5 one of five.
  const cluster = clusterOf(4);
  cluster.join(newcomer(n5));
  cluster.elect(n1);
  cluster.advance(100);
  cluster.isolate(n1);
  cluster.member(n1).raft.proposeChange({ type: 'addLearner', id: n5 });
  cluster.elect(n2);
  cluster.advance(100);
  change(cluster, { type: 'remove', id: n1 });
  cluster.heal();
  cluster.advance(2000);
  assert.deepEqual(cluster.leader.state.configuration.voters, [n2, n3, n4]);
  assert.deepEqual(cluster.leader.state.configuration.learners, []);
  assert.equal(cluster.member(n5).state.log.lastIndex, 0);
});

test('only a leader changes the members (4.1)', () => {
  assert.equal(refusalOf(new Node(), { type: 'remove', id: n3 }), 'notLeader');
});

test('a change that is in force already appends no entry (4.1) [M6]', () => {
  const node = leader({ voters: [n1, n2, n3], learners: [n4] });
  const { lastIndex } = node.state.log;
  for (const one of [
    { type: 'addLearner', id: n2 },
    { type: 'addLearner', id: n4 },
    { type: 'promote', id: n2 },
    { type: 'remove', id: n5 },
  ] as const) {
    assert.deepEqual(node.raft.proposeChange(one), { index: 0 }, `${one.type} ${one.id}`);
  }
  assert.equal(node.state.log.lastIndex, lastIndex);
});

test('the last voter cannot be removed (4.1)', () => {
  const node = new Node({ voters: [n1], learners: [n2] });
  makeLeader(node);
  node.run();
  assert.equal(refusalOf(node, { type: 'remove', id: n1 }), 'lastVoter');
  assert.equal(refusalOf(node, { type: 'remove', id: n2 }), null);
});

test('a server that is removed and added again is assumed to hold nothing [M5]', () => {
  const node = leader();
  node.raft.propose('x');
  node.run();
  for (const peer of [n2, n3]) node.step(appendEntriesReply(peer, n1, 1, { match: 2 }));
  node.run();
  node.raft.proposeChange({ type: 'remove', id: n3 });
  node.run();
  node.step(appendEntriesReply(n2, n1, 1, { match: 3 }));
  // This is the turn in which its removal is committed. It may come back with an empty disk.
  node.raft.proposeChange({ type: 'addLearner', id: n3 });
  assert.equal(node.state.leadership?.progress.get(n3)?.matchIndex, 0);
  node.run();
  assert.equal(refusalOf(node, { type: 'promote', id: n3 }), 'notReady');
});

test('a server that lost its disk joins under a new id (3.8) [P6]', () => {
  const cluster = clusterOf(3);
  cluster.elect(n1);
  for (let write = 0; write < 5; write += 1) cluster.leader.raft.propose(`write ${write}`);
  cluster.advance(100);
  cluster.isolate(n3);
  change(cluster, { type: 'remove', id: n3 });
  addVoter(cluster, n4);
  assert.deepEqual(cluster.leader.state.configuration.voters, [n1, n2, n4]);
  const { commitIndex } = cluster.leader.state;
  assert.equal(cluster.member(n4).state.commitIndex, commitIndex);
  assert.equal(cluster.member(n4).committed.length, commitIndex);
});

test('a leader that has just been removed makes no further change (4.2.2)', () => {
  const node = leader();
  node.raft.proposeChange({ type: 'remove', id: n1 });
  node.run();
  for (const peer of [n2, n3]) node.step(appendEntriesReply(peer, n1, 1, { match: 2 }));
  assert.equal(node.state.role, 'leader', 'it steps down at the end of this turn');
  assert.equal(refusalOf(node, { type: 'addLearner', id: n1 }), 'notReady');
});

test('a server that joins takes no snapshot before it knows its cluster (5.1) [S3]', () => {
  const node = newcomer(n4);
  node.step(appendEntries(n1, n4, 1, { entries: entriesOf([1, 1]), commit: 2 }));
  node.run();
  assert.ok(!node.raft.maySnapshot, 'it would name nobody');
  const entries = [configurationEntry(3, 1, [n1, n4])];
  node.step(appendEntries(n1, n4, 1, { prev: [2, 1], entries, commit: 3 }));
  node.run();
  assert.ok(node.raft.maySnapshot);
});

test('a member brings its address, keeps it when it is promoted, and may move (4.1)', () => {
  const node = leader();
  const commitAll = () => {
    node.run();
    for (const peer of [n2, n3, n4]) {
      node.step(appendEntriesReply(peer, n1, 1, { match: node.state.log.lastIndex }));
    }
    node.run();
  };
  node.raft.proposeChange({ type: 'addLearner', id: n4, address: 'here:1' });
  commitAll();
  assert.deepEqual(node.state.configuration.addresses, { n4: 'here:1' });
  assert.deepEqual(node.raft.proposeChange({ type: 'addLearner', id: n4, address: 'here:1' }), {
    index: 2,
  });
  node.raft.proposeChange({ type: 'promote', id: n4 });
  commitAll();
  node.raft.proposeChange({ type: 'addLearner', id: n4, address: 'there:1' });
  commitAll();
  const { configuration } = node.state;
  assert.deepEqual(configuration.voters, [n1, n2, n3, n4], 'it is a voter still');
  assert.deepEqual(configuration.addresses, { n4: 'there:1' });
  node.raft.proposeChange({ type: 'remove', id: n4 });
  assert.deepEqual(node.state.configuration.addresses, {});
});

const places = { n1: 'a:1', n2: 'a:2', n3: 'a:3' };

test('an address that another member has is refused, be it for a new member or for a moved one', () => {
  const node = leader({ addresses: places });
  const { lastIndex } = node.state.log;
  for (const id of [n3, n4]) {
    assert.equal(refusalOf(node, { type: 'addLearner', id, address: 'a:2' }), 'addressTaken');
  }
  assert.deepEqual(node.raft.proposeAddresses({ n3: 'a:2' }), { refusal: 'addressTaken' });
  assert.deepEqual(node.raft.proposeAddresses({ n4: 'a:4' }), { refusal: 'notMember' });
  assert.equal(node.state.log.lastIndex, lastIndex);
});

test('new addresses are one entry, which changes nothing else (4.1)', () => {
  const node = leader({ addresses: places });
  assert.deepEqual(node.raft.proposeAddresses({ n2: 'a:2' }), { index: 0 }, 'in force already');
  assert.deepEqual(node.raft.proposeAddresses({ n2: 'a:3', n3: 'b:3' }), { index: 2 });
  const addresses = { n1: 'a:1', n2: 'a:3', n3: 'b:3' };
  assert.deepEqual(node.state.configuration, { voters: [n1, n2, n3], learners: [], addresses });
  assert.deepEqual(node.raft.proposeAddresses({ n2: 'b:2' }), { refusal: 'notReady' });
  assert.equal(refusalOf(node, { type: 'remove', id: n3 }), 'notReady', 'one at a time');
});

test('only a leader that has committed an entry of its term proposes addresses (4.1, erratum)', () => {
  const node = new Node({ addresses: places });
  assert.deepEqual(node.raft.proposeAddresses({ n2: 'b:2' }), { refusal: 'notLeader' });
  makeLeader(node);
  assert.deepEqual(node.raft.proposeAddresses({ n2: 'b:2' }), { refusal: 'notReady' });
});

test('a cluster as large as its stored form allows takes no further member', () => {
  const learners = Array.from({ length: 61 }, (_, at) => nodeId(`n${at + 4}`));
  const node = leader({ learners });
  assert.equal(refusalOf(node, { type: 'addLearner', id: nodeId('n65') }), 'tooManyMembers');
  assert.equal(refusalOf(node, { type: 'addLearner', id: n4 }), null, 'a member already');
});

test('a cluster of 1 becomes one of 3, of 5, and of 3 again, and loses nothing [M6]', () => {
  const cluster = clusterOf(1);
  cluster.elect(n1);
  const written: string[] = [];
  const write = () => {
    written.push(`write ${written.length}`);
    cluster.leader.raft.propose(written.at(-1) ?? '');
  };
  for (const id of [n2, n3, n4, n5]) {
    write();
    addVoter(cluster, id);
    write();
  }
  assert.deepEqual(cluster.leader.state.configuration.voters, [n1, n2, n3, n4, n5]);
  for (const id of [n1, n2]) {
    write();
    change(cluster, { type: 'remove', id });
    cluster.advance(1000);
    write();
  }
  cluster.advance(500);
  assert.deepEqual(cluster.leader.state.configuration.voters, [n3, n4, n5]);
  for (const id of [n3, n4, n5]) {
    const commands = cluster.member(id).committed.filter(({ kind }) => kind === 'command');
    assert.deepEqual(
      commands.map((entry) => entry.data),
      written,
    );
  }
});
