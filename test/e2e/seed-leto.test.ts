/** What users of Leto know from its README and met as problems, with `leto` in its place. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Redis } from 'ioredis';
import { LetoNodes, LetoProcess, patiently, until } from '../helpers/leto.js';
import { connectTo } from '../helpers/load.js';
import { endWithTest } from '../helpers/resources.js';
import { missing, redisCli } from '../helpers/tools.js';

const cli = { skip: missing('redis-cli') };

test(
  "the walk through Leto's README: SET, GET, DELETE, JOIN, LEAVE, SNAPSHOT, stop of the leader",
  cli,
  async (t) => {
    const { nodes, first, second, third } = await LetoNodes.three(t);
    const cli = (number: number, ...words: string[]) => redisCli(nodes.respPort(number), ...words);
    const atLeader = (...words: string[]) =>
      patiently(async () => cli(await nodes.leader(1), ...words));
    const get = (number: number) => patiently(() => cli(number, 'get', 'foo'));
    assert.equal(await atLeader('set', 'foo', 'bar'), 'OK');
    for (const number of [1, 2, 3]) assert.equal(await get(number), 'bar');
    // A repeated DELETE may find no key the second time.
    await until(async () => {
      assert.equal(await atLeader('set', 'foo', 'bar'), 'OK');
      return (await cli(await nodes.leader(1), 'delete', 'foo')) === '1';
    });
    assert.equal(await get(3), '');
    await until(async () => {
      const [leader, follower] = await nodes.roles();
      const hint = `not leader, leader is id${leader} at 127.0.0.1:${nodes.respPort(leader)}`;
      return (await cli(follower, 'set', 'foo', 'bar')) === hint;
    });
    assert.equal(await cli(1, 'snapshot'), 'OK');

    assert.equal(await patiently(() => cli(2, 'leave', 'id3')), 'OK');
    await third.says(/id3 has left the cluster/);
    assert.equal(await atLeader('set', 'foo', 'bar'), 'OK');
    const address = `:${nodes.raftPort(3)}`;
    assert.equal(await patiently(() => cli(2, 'join', address, 'id3')), 'OK');
    await nodes.answers(3, 'bar', 'get', 'foo');

    const [leader, follower] = await nodes.roles();
    const ending = [first, second, third][leader - 1] as LetoProcess;
    assert.equal(await ending.end('SIGTERM'), 0);
    assert.match(
      ending.log,
      wasLeader(ending) ? /id\d starts transferring leadership to id\d/ : /is stopping/,
    );
    const set = async () => cli(await nodes.leader(follower), 'set', 'foo', 'baz');
    assert.equal(await patiently(() => set().catch(() => 'not leader')), 'OK');
    nodes.run(leader);
    await nodes.answers(leader, 'baz', 'get', 'foo');
  },
);

/** True when the process led at the end: on a busy machine another may lead by then. */
function wasLeader({ log }: LetoProcess): boolean {
  return log.match(/won the election|follows|stepped down/g)?.at(-1) === 'won the election';
}

/** Sends bytes; resolves with all bytes received up to `end`, or until the node hangs up. */
async function talk(
  t: TestContext,
  port: number,
  bytes: string,
  end: string | null,
): Promise<string> {
  const socket = endWithTest(t, connect(port, '127.0.0.1'));
  socket.write(bytes, 'latin1');
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    if (end !== null && received.endsWith(end)) socket.destroy();
  });
  await once(socket, 'close');
  return received;
}

const anyBytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const values = [anyBytes, Buffer.from('a\r\nb'), Buffer.from([0xff])];
const lines = ['nonsense', 'get', 'SNAPSHOT now', 'set a "b c"', 'GET a', 'PING hello'];
const replies = [
  '-ERR unknown command `nonsense`, with args beginning with: ',
  "-ERR wrong number of arguments for 'get' command",
  "-ERR wrong number of arguments for 'snapshot' command",
  '+OK',
  '$3\r\nb c',
  '$5\r\nhello',
];
const attack = '*2147483648\r\n';
const secret = 'sesame';

/** Connects to each node; `answerTo` and `atLeader` repeat a command during elections. */
async function connectToAll(t: TestContext, nodes: LetoNodes) {
  const clients = [1, 2, 3].map((number) => connectTo(t, nodes.respPort(number)));
  const [one] = clients as [Redis, Redis, Redis];
  await Promise.all(clients.map((client) => client.connect()));
  const answerTo = <T>(ask: () => Promise<T>) =>
    patiently(() => ask().catch((error: Error) => error.message));
  const atLeader = <T>(ask: (leader: Redis) => Promise<T>) =>
    answerTo(async () => ask(clients[(await nodes.leader(1)) - 1] as Redis));
  return { clients, one, answerTo, atLeader };
}

test('problems that clients of Leto met', async (t) => {
  const { nodes, first } = await LetoNodes.three(t, '-trace');
  const { clients, one, answerTo, atLeader } = await connectToAll(t, nodes);
  await t.test('Leto: a missing key is null, not an empty string', async () => {
    assert.equal(await atLeader((leader) => leader.get('missing')), null);
    assert.equal(await atLeader((leader) => leader.set('empty', '')), 'OK');
    assert.equal(await atLeader((leader) => leader.get('empty')), '');
  });

  await t.test('Leto: DEL and DELETE return how many keys they removed', async () => {
    assert.equal(await atLeader((leader) => leader.del('missing')), 0);
    // A repeated DELETE may find no key the second time.
    await until(async () => {
      assert.equal(await atLeader((leader) => leader.set('empty', '')), 'OK');
      return (await atLeader((leader) => leader.call('delete', 'empty'))) === 1;
    });
  });

  await t.test('Leto: a value may be any bytes, UTF-8 or not, on every node', async () => {
    for (const value of values) {
      assert.equal(await atLeader((leader) => leader.set(value, value)), 'OK');
      for (const client of clients) {
        assert.deepEqual(await answerTo(() => client.getBuffer(value)), value);
      }
    }
  });

  await t.test('Leto: a read returns the last write, on every node', async () => {
    for (let count = 0; count < 50; count += 1) {
      assert.equal(await atLeader((leader) => leader.set('count', count)), 'OK');
      for (const client of clients) {
        assert.equal(await answerTo(() => client.get('count')), String(count));
      }
    }
  });

  await t.test('Leto: the 13 bytes that ended its process close only the connection', async () => {
    assert.equal(attack.length, 13);
    const error = '-ERR Protocol error: invalid multibulk length\r\n';
    assert.equal(await talk(t, nodes.respPort(1), attack, null), error);
    assert.equal(await one.ping(), 'PONG');
  });

  await t.test(
    'Leto: an error does not close the connection, and inline commands work',
    async () => {
      const bytes = lines.map((line) => `${line}\r\n`).join('');
      let received = '';
      await until(async () => {
        received = await talk(t, nodes.respPort(await nodes.leader(1)), bytes, 'hello\r\n');
        return !/^-(not leader|UNCERTAIN)/m.test(received);
      });
      assert.equal(received, `${replies.join('\r\n')}\r\n`);
    },
  );

  await t.test(
    'Leto: values are never logged, not even with -trace or during a snapshot',
    async () => {
      assert.equal(await atLeader((leader) => leader.set('door', secret)), 'OK');
      assert.equal(await answerTo(() => one.get('door')), secret);
      assert.equal(await one.call('snapshot'), 'OK');
      await assert.rejects(one.set('door', secret, 'nonsense' as 'NX'), /syntax error/);
      await assert.rejects(one.call('nonsense', secret), /unknown command/);
      await first.end('SIGTERM');
      const again = nodes.run(1, '-trace');
      await nodes.answers(1, secret, 'get', 'door');
      for (const client of clients) client.disconnect();
      await again.end('SIGTERM');
      for (const { log, stdout } of [first, again]) {
        assert.match(log, /get door"\}$/m);
        assert.doesNotMatch(log + stdout, new RegExp(secret));
      }
    },
  );
});

test('Leto: a deleted key does not come back on a node that installs a snapshot', async (t) => {
  const { nodes, third } = await LetoNodes.three(t);
  await nodes.command(1, 'set', 'deleted', 'old');
  await nodes.answers(3, 'old', 'get', 'deleted');
  await third.end('SIGKILL');
  await nodes.command(1, 'del', 'deleted');
  // More than a leader keeps of its log, before a snapshot, for lagging nodes.
  for (let part = 0; part < 9; part += 1) {
    await nodes.command(1, 'set', `large${part}`, 'x'.repeat(1024 * 1024));
  }
  // Either may lead when the third is back.
  for (const number of [1, 2]) {
    await nodes.answers(number, 9, 'dbsize');
    await nodes.answers(number, 'OK', 'snapshot');
  }
  const back = nodes.run(3, '-debug');
  await back.says(/id3 installed id[12]'s snapshot/);
  await nodes.answers(3, 1024 * 1024, 'strlen', 'large8');
  assert.equal(await nodes.askPatiently(3, 'get', 'deleted'), null);
  assert.equal(await nodes.askPatiently(3, 'dbsize'), 9);
});

test('Leto: SIGTERM, SIGINT and SIGHUP stop a node gracefully, and nothing is lost', async (t) => {
  const nodes = await LetoNodes.create(t);
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
  for (const [before, signal] of signals.entries()) {
    const node = nodes.run(1);
    await nodes.leader(1);
    assert.equal(await nodes.ask(1, 'dbsize'), before);
    assert.equal(await nodes.ask(1, 'set', signal, 'sent'), 'OK');
    assert.equal(await node.end(signal), 0);
    assert.match(node.log, /"msg":"id1 is stopping"}\n$/);
  }
});

test('Leto: a missing -id is one clear error line before the usage, and no panic', async (t) => {
  const node = new LetoProcess(t, []);
  assert.equal(await node.ended(), 2);
  assert.match(
    node.log,
    /^leto: -id is needed: 1 to 64 letters, .*as in -id id1\nUsage of leto:\n/,
  );
});
