import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { Driver } from '../../src/node/driver.js';
import { HeldMessages } from '../../src/node/held-messages.js';
import { defaultRaftOptions, type Message, type NodeId } from '../../src/raft/index.js';
import { Replica, type ReplicaOptions } from '../../src/replica/index.js';
import { endWithTest } from '../helpers/resources.js';
import {
  appendEntries,
  appendEntriesReply,
  ofType,
  preVoteReply,
  rejection,
  requestVoteReply,
  theOnly,
} from '../raft/messages.js';
import { n1, n2, n3, storeOf } from '../raft/node.js';
import { connection, replicaDefaults } from '../replica/replica-node.js';
import { countUp } from './count-up.js';
import { FakeWorld } from './fake-world.js';
import { ManualClock } from './manual-clock.js';
import { request } from './requests.js';

/** Starts a driver of n1 in a cluster of these voters. */
function drive(
  t: TestContext,
  voters: readonly NodeId[] = [n1],
  given: Partial<ReplicaOptions> = {},
) {
  const clock = new ManualClock();
  const world = new FakeWorld();
  const own = { ...replicaDefaults, id: n1, prngSeed: 1, maxMemoryBytes: 1e9 };
  const options = { ...defaultRaftOptions, ...own, ...given };
  const replica = new Replica(options, storeOf({ voters }).state, 0);
  const held = new HeldMessages(countUp());
  const driver = new Driver(replica, clock, held, world);
  clock.onAdvance = () => driver.clockChanged();
  driver.start();
  t.after(() => driver.stop());
  return { clock, world, replica, driver, held };
}

/** Changes the speed of time as the supervisor does. */
function setSpeed({ clock, driver }: ReturnType<typeof drive>, speed: number): void {
  clock.setSpeed(speed);
  driver.clockChanged();
}

/** Waits until n1 leads with its no-op on disk; n2, if it is a voter, grants its vote. */
async function lead({ clock, world, replica, driver }: ReturnType<typeof drive>): Promise<void> {
  clock.advance(600);
  while (replica.raftState.leadership === null) {
    await turnOfTheLoop();
    world.sync();
    for (const { type, term } of world.messages.splice(0)) {
      if (type === 'PreVote') driver.message(preVoteReply(n2, n1, term, true));
      if (type === 'RequestVote') driver.message(requestVoteReply(n2, n1, term, true));
    }
  }
  while (world.persists.at(-1)?.entries.length !== 1) await turnOfTheLoop();
  world.sync();
  await turns(3);
  world.persists.length = 0;
  world.messages.length = 0;
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await turnOfTheLoop();
}

test('all inputs since the last turn are one write', async (t) => {
  const node = drive(t);
  await lead(node);
  const client = connection();
  for (let at = 0; at < 20; at += 1) node.driver.request(request(client, `set key${at} x`));
  assert.equal(node.world.persists.length, 0, 'nothing is done before the turn');
  await turns(2);
  assert.deepEqual(
    node.world.persists.map(({ entries }) => entries.length),
    [20],
  );
});

test('all effects of a turn come out at once', async (t) => {
  const node = drive(t);
  await lead(node);
  const client = connection();
  for (let at = 0; at < 20; at += 1) node.driver.request(request(client, `set key${at} x`));
  await turns(2);
  node.world.sync();
  await turns(2);
  assert.deepEqual(
    node.world.batches.map((answers) => answers.length),
    [20],
  );
});

test('while a write is in progress, the inputs gather for the next one', async (t) => {
  const node = drive(t);
  await lead(node);
  const client = connection();
  for (const round of [1, 2, 3]) {
    node.driver.request(request(client, `set round ${round}`));
    await turns(2);
  }
  assert.deepEqual(
    node.world.persists.map(({ entries }) => entries.length),
    [1],
  );
  node.world.sync();
  await turns(2);
  assert.deepEqual(
    node.world.persists.map(({ entries }) => entries.length),
    [1, 2],
  );
  assert.equal(node.world.answers.length, 1);
  node.world.sync();
  await turns(2);
  assert.equal(node.world.answers.length, 3);
});

/** Sends reads; a few thousand of them take far longer than one turn. */
function flood({ driver }: ReturnType<typeof drive>, count: number): void {
  const client = connection('local');
  const line = `mget ${'a '.repeat(50)}a`;
  for (let at = 0; at < count; at += 1) driver.request(request(client, line));
}

test('requests that take longer than one turn are spread over several', async (t) => {
  const node = drive(t);
  flood(node, 20_000);
  await turns(2);
  const answered = node.world.answers.length;
  assert.ok(answered > 0);
  assert.ok(answered < 20_000, 'all were taken in one turn');
  while (node.world.answers.length < 20_000) await turnOfTheLoop();
  assert.ok(node.world.batches.length > 2);
});

test('requests that take several turns are handled in their order of arrival', async (t) => {
  const node = drive(t);
  const client = connection('local');
  const sent = Array.from({ length: 20_000 }, () => request(client, `mget ${'a '.repeat(50)}a`));
  for (const each of sent) node.driver.request(each);
  while (node.world.answers.length < sent.length) await turnOfTheLoop();
  assert.ok(node.world.answers.every((answer, at) => answer.request === sent[at]));
});

test('a leader sends its heartbeats during a flood of requests', async (t) => {
  const node = drive(t, [n1, n2, n3]);
  await lead(node);
  flood(node, 50_000);
  node.clock.advance(defaultRaftOptions.heartbeatIntervalMs);
  while (node.world.messages.length === 0) await turnOfTheLoop();
  assert.equal(ofType(node.world.messages, 'AppendEntries').length, 2);
  assert.ok(node.world.answers.length < 40_000, 'the heartbeats waited for the requests');
});

test('a follower receives heartbeats during a flood of requests', async (t) => {
  const node = drive(t, [n1, n2, n3]);
  flood(node, 50_000);
  node.driver.message(appendEntries(n2, n1, 1));
  while (node.replica.raftState.leaderId !== n2) await turnOfTheLoop();
  assert.ok(node.world.answers.length < 40_000, 'the heartbeat waited for the requests');
});

test('after a stall, waiting heartbeats are handled before the election timer fires', async (t) => {
  const node = drive(t, [n1, n2, n3]);
  const { port1, port2 } = endWithTest(t, new MessageChannel());
  port1.on('message', (message: Message) => node.driver.message(message));
  node.driver.message(appendEntries(n2, n1, 1));
  await turns(3);
  node.world.sync();
  node.clock.advance(10_000);
  port2.postMessage(appendEntries(n2, n1, 1, { round: 2 }));
  stall(25);
  await turns(5);
  assert.equal(node.replica.raftState.role, 'follower');
  assert.ok(node.replica.raftState.electionDeadlineMs > 10_000, 'the heartbeat has been heard');
});

/** Blocks the thread, as a long garbage collection would. */
function stall(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

test('timers fire without any other input', async (t) => {
  const node = drive(t, [n1, n2, n3]);
  node.clock.advance(600);
  while (node.replica.raftState.role !== 'preCandidate') await turnOfTheLoop();
  await turns(1);
  assert.equal(ofType(node.world.messages, 'PreVote').length, 2);
  assert.deepEqual(
    node.world.events.map(({ type }) => type),
    ['becamePreCandidate'],
  );
});

test('more committed entries than one turn applies are applied in the next ones', async (t) => {
  const node = drive(t);
  await lead(node);
  const client = connection();
  const count = 3 * defaultRaftOptions.applyEntriesMax;
  for (let at = 0; at < count; at += 1) node.driver.request(request(client, `set key${at} x`));
  while (node.world.answers.length < count) {
    node.world.sync();
    await turnOfTheLoop();
  }
  assert.ok(node.world.batches.every(({ length }) => length <= defaultRaftOptions.applyEntriesMax));
});

test('Raft is told of the loss of the connection to the leader', async (t) => {
  const node = drive(t, [n1, n2, n3], { fastFailover: true });
  node.driver.message(appendEntries(n2, n1, 1));
  await turns(3);
  assert.equal(node.replica.raftState.leaderId, n2);
  node.driver.peerLost(n2);
  await turns(3);
  assert.equal(node.replica.raftState.leaderId, null);
});

test('a snapshot is written chunk by chunk, and its command is answered at the end', async (t) => {
  const node = drive(t, [n1], { snapshotChunkBytesMax: 8 });
  await lead(node);
  const request = { command: { type: 'snapshot' } } as const;
  node.driver.admin(request);
  while (node.world.adminAnswers.length === 0) {
    await turnOfTheLoop();
    node.world.sync();
  }
  assert.deepEqual(node.world.adminAnswers, [{ request, outcome: { type: 'done' } }]);
  const chunks = node.world.persists.map(({ snapshot }) => snapshot?.chunk.isLast);
  assert.deepEqual(chunks, [...Array(chunks.length - 1).fill(false), true]);
});

test('a chunk that Raft requests is read from disk and then sent', async (t) => {
  const node = drive(t, [n1, n2, n3], { trailingBytesMax: 0 });
  await lead(node);
  node.driver.message(appendEntriesReply(n3, n1, 1, { match: 1 }));
  while (node.replica.raftState.lastApplied === 0) await turnOfTheLoop();
  node.driver.admin({ command: { type: 'snapshot' } });
  while (node.replica.raftState.snapshot.index === 0) {
    await turnOfTheLoop();
    node.world.sync();
  }
  const short = rejection(1, { term: null, index: 1 });
  node.driver.message(appendEntriesReply(n2, n1, 1, { rejection: short }));
  await turns(3);
  const [read] = node.world.chunkReads;
  assert.deepEqual(read?.request, { peer: n2, snapshotIndex: 1, number: 0 });
  assert.deepEqual(ofType(node.world.messages, 'InstallSnapshot'), []);
  const chunk = node.world.persists.at(-1)?.snapshot?.chunk;
  assert.ok(chunk);
  read?.onRead(chunk);
  await turns(3);
  assert.deepEqual(theOnly(node.world.messages, 'InstallSnapshot').chunk, chunk);
});

test('after stop, inputs have no effect', async (t) => {
  const node = drive(t);
  await lead(node);
  const client = connection();
  node.driver.request(request(client, 'set a b'));
  await turns(2);
  node.driver.request(request(client, 'set a c'));
  node.driver.stop();
  node.world.sync();
  node.driver.request(request(client, 'set a d'));
  node.driver.message(appendEntriesReply(n2, n1, 9));
  node.clock.advance(60_000);
  await turns(5);
  assert.equal(node.world.persists.length, 1);
  assert.equal(node.world.answers.length, 0);
});

test('while the clock is stopped, messages are held and no timer fires', async (t) => {
  const node = drive(t, [n1, n2, n3]);
  setSpeed(node, 0);
  node.clock.advanceTo(10_000);
  node.driver.message(appendEntries(n2, n1, 1));
  node.driver.message(appendEntries(n3, n1, 2));
  stall(25);
  await turns(5);
  assert.equal(node.replica.raftState.role, 'follower');
  assert.equal(node.replica.raftState.currentTerm, 0);
  assert.deepEqual(
    node.held.first(9).map(({ message }) => message.from),
    [n2, n3],
  );
  setSpeed(node, 1);
  await turns(2);
  assert.equal(node.replica.raftState.leaderId, n3);
  assert.deepEqual(node.held.first(9), []);
});

test('while the clock is stopped, client requests and disk results are handled', async (t) => {
  const node = drive(t);
  await lead(node);
  setSpeed(node, 0);
  node.driver.request(request(connection(), 'set a b'));
  await turns(2);
  node.world.sync();
  await turns(2);
  assert.equal(node.world.answers[0]?.outcome.type, 'simple');
});

test('a node is idle when the disk operations of a message are done', async (t) => {
  const node = drive(t, [n1, n2, n3]);
  setSpeed(node, 0);
  node.driver.deliver(appendEntries(n2, n1, 1));
  let isIdle = false;
  node.driver.whenIdle(() => {
    isIdle = true;
  });
  await turns(5);
  assert.equal(node.world.persists.length, 1);
  assert.ok(!isIdle, 'the write is still in progress');
  node.world.sync();
  await turns(2);
  assert.ok(isIdle);
  assert.equal(ofType(node.world.messages, 'AppendEntriesReply').length, 1);
});

test('events are reported before the messages that follow from them are sent', async (t) => {
  const node = drive(t, [n1, n2, n3]);
  await lead(node);
  const { sent } = node.world;
  const at = sent.indexOf('becameLeader');
  assert.ok(at >= 0 && at < sent.indexOf('AppendEntries'), sent.join(' '));
});
