import assert from 'node:assert/strict';
import { mock, type TestContext, test } from 'node:test';
import type { Address } from '../../src/control/index.js';
import type { Reply, SessionSerial } from '../../src/kv/index.js';
import { LeaderProxy, type ProxiedCommand } from '../../src/server/leader-proxy.js';
import { command } from '../node/requests.js';
import { Changes } from '../transport/changes.js';
import { FakeLeader } from './fake-leader.js';

const noLeader: Reply = { type: 'error', text: 'CLUSTERDOWN no leader' };
const uncertain: Reply = {
  type: 'error',
  text: 'UNCERTAIN the connection to the leader was lost: the write may or may not happen',
};
const ok: Reply = { type: 'simple', text: 'OK' };

class Proxied implements ProxiedCommand {
  readonly words: readonly string[];
  readonly isRepeatable: boolean;
  readonly session: SessionSerial | null;
  readonly replies: Reply[] = [];
  readonly #changes = new Changes();

  constructor(line: string, session: SessionSerial | null = null) {
    const { spec, args } = command(line);
    this.words = [spec.name, ...args];
    this.isRepeatable = spec.kind === 'read';
    this.session = session;
  }

  settle(reply: Reply): void {
    this.replies.push(reply);
    this.#changes.happened();
  }

  async settled(): Promise<Reply> {
    await this.#changes.until(() => this.replies.length > 0);
    const [reply] = this.replies;
    assert.ok(reply);
    assert.equal(this.replies.length, 1, 'a command is answered twice');
    return reply;
  }
}

/** Creates a proxy for which the leader is at `at`. */
function proxyTo(t: TestContext, at: Address | null, password: string | null = null) {
  const context = { leader: at };
  const proxy = new LeaderProxy({ leaderAddress: () => context.leader, password, tls: null });
  t.after(() => proxy.close());
  const forward = (line: string, session: SessionSerial | null = null) => {
    const proxied = new Proxied(line, session);
    proxy.forward(proxied);
    return proxied;
  };
  return { context, proxy, forward };
}

/** Replaces `performance.now` with a clock that the test sets; timers stay real. */
function stopwatch(t: TestContext) {
  const watch = { ms: 1000 };
  mock.method(performance, 'now', () => watch.ms);
  t.after(() => mock.restoreAll());
  return watch;
}

test('a command is forwarded to the leader, and its reply back', async (t) => {
  const leader = await FakeLeader.start(t);
  const { forward, proxy } = proxyTo(t, leader.address);
  const set = forward('set a b');
  assert.ok(proxy.isBusy);
  await leader.received(1);
  leader.answer('+OK\r\n');
  assert.deepEqual(await set.settled(), ok);
  assert.ok(!proxy.isBusy);
  assert.deepEqual(leader.commands, ['set a b']);
});

test('a command of a session is forwarded with it, and gets one reply', async (t) => {
  const leader = await FakeLeader.start(t);
  const { forward } = proxyTo(t, leader.address);
  for (const serial of [7, 8]) {
    const incr = forward('incr n', { id: 'c', serial });
    await leader.received(serial - 6);
    leader.answer(`:${serial}\r\n`);
    assert.deepEqual(await incr.settled(), { type: 'integer', value: serial });
  }
  assert.deepEqual(leader.greetings, [
    'raft follower error',
    'raft session c 7',
    'raft session c 8',
  ]);
});

const replies: readonly [bytes: string, reply: Reply][] = [
  ['$1\r\nb\r\n', { type: 'bulk', bytes: 'b' }],
  ['$-1\r\n', { type: 'null' }],
  [':7\r\n', { type: 'integer', value: 7 }],
  ['-ERR value is not an integer\r\n', { type: 'error', text: 'ERR value is not an integer' }],
  ['-UNCERTAIN no quorum\r\n', { type: 'error', text: 'UNCERTAIN no quorum' }],
  [
    '*2\r\n$1\r\nb\r\n$-1\r\n',
    { type: 'array', items: [{ type: 'bulk', bytes: 'b' }, { type: 'null' }] },
  ],
];

for (const [bytes, reply] of replies) {
  test(`the reply ${JSON.stringify(bytes)} comes back as it is`, async (t) => {
    const leader = await FakeLeader.start(t);
    const sent = proxyTo(t, leader.address).forward('get a');
    await leader.received(1);
    leader.answer(bytes);
    assert.deepEqual(await sent.settled(), reply);
  });
}

test('the leader is told not to forward commands again', async (t) => {
  const leader = await FakeLeader.start(t);
  proxyTo(t, leader.address).forward('set a b');
  await leader.received(1);
  assert.deepEqual(leader.greetings, ['raft follower error']);
});

test('the proxy sends the password of the node', async (t) => {
  const leader = await FakeLeader.start(t);
  proxyTo(t, leader.address, 'pässwörd').forward('set a b');
  await leader.received(1);
  const password = Buffer.from('pässwörd').toString('latin1');
  assert.deepEqual(leader.greetings, [`auth ${password}`, 'raft follower error']);
});

test('a command is sent only when the outcome of the one before it is known', async (t) => {
  const leader = await FakeLeader.start(t);
  const { forward } = proxyTo(t, leader.address);
  const all = ['set a 1', 'get a', 'set a 2'].map((line) => forward(line));
  for (const [at, proxied] of all.entries()) {
    await leader.received(at + 1);
    assert.equal(leader.commands.length, at + 1);
    leader.answer('+OK\r\n');
    await proxied.settled();
  }
  assert.deepEqual(leader.commands, ['set a 1', 'get a', 'set a 2']);
  assert.equal(leader.sockets.size, 1, 'on one connection');
});

test('a command that a former leader refused is sent to the next leader once', async (t) => {
  const [deposed, leader] = [await FakeLeader.start(t), await FakeLeader.start(t)];
  const { context, forward } = proxyTo(t, deposed.address);
  const [set, get] = [forward('set a b'), forward('get a')];
  await deposed.received(1);
  context.leader = leader.address;
  deposed.answer('-not leader, leader is n2 at 127.0.0.1:1\r\n');
  await leader.received(1);
  leader.answer('+OK\r\n');
  assert.deepEqual(await set.settled(), ok);
  await leader.received(2);
  leader.answer('$1\r\nb\r\n');
  await get.settled();
  assert.deepEqual(deposed.commands, ['set a b']);
  assert.deepEqual(leader.commands, ['set a b', 'get a']);
});

test('a write whose connection is lost is UNCERTAIN and is not sent again', async (t) => {
  const leader = await FakeLeader.start(t);
  const { forward } = proxyTo(t, leader.address);
  const [incr, next] = [forward('incr n'), forward('set a b')];
  await leader.received(1);
  leader.hangUp();
  assert.deepEqual(await incr.settled(), uncertain);
  await leader.received(2);
  leader.answer('+OK\r\n');
  assert.deepEqual(await next.settled(), ok);
  assert.deepEqual(leader.commands, ['incr n', 'set a b']);
});

test('a read whose connection is lost is sent again', async (t) => {
  const leader = await FakeLeader.start(t);
  const get = proxyTo(t, leader.address).forward('get a');
  await leader.received(1);
  leader.hangUp();
  await leader.received(2);
  leader.answer('$1\r\nb\r\n');
  assert.deepEqual(await get.settled(), { type: 'bulk', bytes: 'b' });
});

test('the proxy reconnects to a leader that closed an idle connection', async (t) => {
  const leader = await FakeLeader.start(t);
  const { forward } = proxyTo(t, leader.address);
  const first = forward('set a 1');
  await leader.received(1);
  leader.answer('+OK\r\n');
  await first.settled();
  leader.hangUp();
  await leader.connections(0);
  const second = forward('get a');
  await leader.received(2);
  leader.answer('$1\r\n1\r\n');
  assert.deepEqual(await second.settled(), { type: 'bulk', bytes: '1' });
});

test('a command waits until a leader is known', async (t) => {
  const leader = await FakeLeader.start(t);
  const { context, forward } = proxyTo(t, null);
  const set = forward('set a b');
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(set.replies.length, 0);
  context.leader = leader.address;
  await leader.received(1);
  leader.answer('+OK\r\n');
  assert.deepEqual(await set.settled(), ok);
});

test('a command waits until its leader listens', async (t) => {
  const leader = await FakeLeader.start(t);
  const { context, forward } = proxyTo(t, { host: '127.0.0.1', port: 1 });
  const set = forward('set a b');
  context.leader = leader.address;
  await leader.received(1);
  leader.answer('+OK\r\n');
  assert.deepEqual(await set.settled(), ok);
});

test('a command that waits 5 s for a leader is answered with CLUSTERDOWN', async (t) => {
  const watch = stopwatch(t);
  const { forward, proxy } = proxyTo(t, null);
  const [set, get] = [forward('set a b'), forward('get a')];
  watch.ms += 4999;
  const late = forward('set a c');
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(set.replies.length, 0);
  watch.ms += 1;
  assert.deepEqual(await set.settled(), noLeader);
  assert.deepEqual(await get.settled(), noLeader);
  assert.equal(late.replies.length, 0, 'each waits for 5 s of its own');
  watch.ms += 4999;
  assert.deepEqual(await late.settled(), noLeader);
  assert.ok(!proxy.isBusy);
});

test('a command that is refused for 5 s is answered with CLUSTERDOWN', async (t) => {
  const watch = stopwatch(t);
  const leader = await FakeLeader.start(t);
  const set = proxyTo(t, leader.address).forward('set a b');
  for (let count = 1; count <= 3; count += 1) {
    await leader.received(count);
    leader.answer('-not leader\r\n');
  }
  await leader.received(4);
  watch.ms += 5000;
  leader.answer('-not leader\r\n');
  assert.deepEqual(await set.settled(), noLeader);
});

/** The replies for a command that was sent but whose real reply can no longer come. */
const fates = [
  { line: 'set a b', reply: uncertain, fate: 'UNCERTAIN' },
  { line: 'get a', reply: noLeader, fate: 'CLUSTERDOWN' },
];

for (const { line, reply, fate } of fates) {
  test(`${line} that gets no RESP reply in 5 s is ${fate}`, async (t) => {
    const watch = stopwatch(t);
    const leader = await FakeLeader.start(t);
    const sent = proxyTo(t, leader.address).forward(line);
    await leader.received(1);
    watch.ms += 5000;
    leader.answer('HTTP/1.1 400 Bad Request\r\n\r\n');
    assert.deepEqual(await sent.settled(), reply);
  });

  test(`${line} on a leader that hangs is ${fate} after 5 s if another leads`, async (t) => {
    const watch = stopwatch(t);
    const [hanging, leader] = [await FakeLeader.start(t), await FakeLeader.start(t)];
    const { context, forward } = proxyTo(t, hanging.address);
    mock.timers.enable({ apis: ['setTimeout'] });
    t.after(() => mock.timers.reset());
    const sent = forward(line);
    await hanging.received(1);
    watch.ms += 5000;
    mock.timers.tick(5000);
    assert.equal(sent.replies.length, 0, 'the node still leads');
    context.leader = leader.address;
    mock.timers.tick(20);
    mock.timers.tick(20);
    assert.deepEqual(sent.replies, [reply]);
    await hanging.connections(0);
    const next = forward('get b');
    await leader.received(1);
    leader.answer('$-1\r\n');
    assert.deepEqual(await next.settled(), { type: 'null' });
  });
}

test('close disconnects, and no command is answered after it', async (t) => {
  const leader = await FakeLeader.start(t);
  const { forward, proxy } = proxyTo(t, leader.address);
  const all = ['set a 1', 'get a'].map((line) => forward(line));
  await leader.received(1);
  proxy.close();
  await leader.connections(0);
  assert.deepEqual(
    all.flatMap((proxied) => proxied.replies),
    [],
  );
});
