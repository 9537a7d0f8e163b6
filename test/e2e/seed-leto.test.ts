import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { Redis } from 'ioredis';
import { LetoNodes, LetoProcess } from '../helpers/leto.js';
import { connectTo } from '../helpers/load.js';
import { missing, redisCli } from '../helpers/tools.js';

const cli = { skip: missing('redis-cli') };

test(
  "Leto's walk: SET, GET, DELETE, a follower, JOIN, LEAVE, SNAPSHOT, the leader's end",
  cli,
  async (t) => {
    const { nodes, first, third } = await LetoNodes.three(t);
    const [one, two, three] = [1, 2, 3].map((number) => nodes.respPort(number)) as [
      number,
      number,
      number,
    ];
    assert.equal(await redisCli(one, 'set', 'foo', 'bar'), 'OK');
    for (const port of [one, two, three]) assert.equal(await redisCli(port, 'get', 'foo'), 'bar');
    assert.equal(await redisCli(one, 'delete', 'foo'), '1');
    assert.equal(await redisCli(three, 'get', 'foo'), '');
    const hint = `not leader, leader is id1 at 127.0.0.1:${one}`;
    assert.equal(await redisCli(two, 'set', 'foo', 'bar'), hint);
    assert.equal(await redisCli(one, 'snapshot'), 'OK');

    assert.equal(await redisCli(two, 'leave', 'id3'), 'OK');
    await third.says(/id3 has left the cluster/);
    assert.equal(await redisCli(one, 'set', 'foo', 'bar'), 'OK');
    assert.equal(await redisCli(two, 'join', `:${nodes.raftPort(3)}`, 'id3'), 'OK');
    await nodes.answers(3, 'bar', 'get', 'foo');

    assert.equal(await first.end('SIGTERM'), 0);
    assert.match(first.log, /id1 hands leadership over to id[23]/);
    const leader = await nodes.leader(2);
    assert.ok(leader === 2 || leader === 3);
    assert.equal(await redisCli(nodes.respPort(leader), 'set', 'foo', 'baz'), 'OK');
    nodes.run(1);
    await nodes.answers(1, 'baz', 'get', 'foo');
  },
);

/** Sends bytes, and resolves with all that comes until `end`, or until the node hangs up. */
async function talk(port: number, bytes: string, end: string | null): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes, 'latin1');
  let heard = '';
  socket.on('data', (chunk) => {
    heard += chunk.toString('latin1');
    if (end !== null && heard.endsWith(end)) socket.destroy();
  });
  await once(socket, 'close');
  return heard;
}

const anyBytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const values = [anyBytes, Buffer.from('a\r\nb'), Buffer.from([0xff])];
const attack = '*2147483648\r\n';
const secret = 'sesame';

test('what clients of Leto met', async (t) => {
  const { nodes, first } = await LetoNodes.three(t, '-trace');
  const port = nodes.respPort(1);
  const clients = [1, 2, 3].map((number) => connectTo(nodes.respPort(number)));
  const [leader] = clients as [Redis, Redis, Redis];
  await Promise.all(clients.map((client) => client.connect()));

  await t.test('Leto: a missing key is null, not an empty string', async () => {
    assert.equal(await leader.get('missing'), null);
    assert.equal(await leader.set('empty', ''), 'OK');
    assert.equal(await leader.get('empty'), '');
  });

  await t.test('Leto: DEL and DELETE say how many keys they removed', async () => {
    assert.equal(await leader.del('missing'), 0);
    assert.equal(await leader.call('delete', 'empty'), 1);
  });

  await t.test('Leto: a value is any bytes, UTF-8 or not, on every node', async () => {
    for (const value of values) assert.equal(await leader.set(value, value), 'OK');
    for (const client of clients) {
      for (const value of values) assert.deepEqual(await client.getBuffer(value), value);
    }
  });

  await t.test('Leto: a read is as new as the last write, on every node', async () => {
    for (let count = 0; count < 50; count += 1) {
      await leader.set('count', count);
      for (const client of clients) assert.equal(await client.get('count'), String(count));
    }
  });

  await t.test('Leto: the 13 bytes that ended its process end a connection', async () => {
    assert.equal(attack.length, 13);
    const error = '-ERR Protocol error: invalid multibulk length\r\n';
    assert.equal(await talk(port, attack, null), error);
    assert.equal(await leader.ping(), 'PONG');
  });

  await t.test('Leto: an error keeps the connection, and inline commands work', async () => {
    const lines = ['nonsense', 'get', 'SNAPSHOT now', 'set a "b c"', 'GET a', 'PING hello'];
    const replies = [
      '-ERR unknown command `nonsense`, with args beginning with: ',
      "-ERR wrong number of arguments for 'get' command",
      "-ERR wrong number of arguments for 'snapshot' command",
      '+OK',
      '$3\r\nb c',
      '$5\r\nhello',
    ];
    const bytes = lines.map((line) => `${line}\r\n`).join('');
    assert.equal(await talk(port, bytes, 'hello\r\n'), `${replies.join('\r\n')}\r\n`);
  });

  await t.test('Leto: values are in no log, not even with -trace or in a snapshot', async () => {
    assert.equal(await leader.set('door', secret), 'OK');
    assert.equal(await leader.get('door'), secret);
    assert.equal(await leader.call('snapshot'), 'OK');
    await assert.rejects(leader.set('door', secret, 'nonsense' as 'NX'), /syntax error/);
    await assert.rejects(leader.call('nonsense', secret), /unknown command/);
    await first.end('SIGTERM');
    const again = nodes.run(1, '-trace');
    await nodes.answers(1, secret, 'get', 'door');
    for (const client of clients) client.disconnect();
    await again.end('SIGTERM');
    for (const { log, stdout } of [first, again]) {
      assert.match(log, /get door$/m);
      assert.doesNotMatch(log + stdout, new RegExp(secret));
    }
  });
});

test('Leto: a deleted key does not come back on a node that is sent the snapshot', async (t) => {
  const { nodes, third } = await LetoNodes.three(t);
  await nodes.command(1, 'set', 'deleted', 'old');
  await nodes.answers(3, 'old', 'get', 'deleted');
  await third.end('SIGKILL');
  await nodes.command(1, 'del', 'deleted');
  // More than a leader keeps of its log behind a snapshot for those that lag.
  for (let part = 0; part < 9; part += 1) {
    await nodes.command(1, 'set', `large${part}`, 'x'.repeat(1024 * 1024));
  }
  await nodes.command(1, 'snapshot');
  const back = nodes.run(3, '-debug');
  await back.says(/id3 installed id[12]'s snapshot/);
  await nodes.answers(3, 1024 * 1024, 'strlen', 'large8');
  assert.equal(await nodes.ask(3, 'get', 'deleted'), null);
  assert.equal(await nodes.ask(3, 'dbsize'), 9);
});

test('Leto: SIGTERM, SIGINT and SIGHUP close what is open, and nothing is lost', async (t) => {
  const nodes = await LetoNodes.create(t);
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
  for (const [before, signal] of signals.entries()) {
    const node = nodes.run(1);
    await nodes.leader(1);
    assert.equal(await nodes.ask(1, 'dbsize'), before);
    assert.equal(await nodes.ask(1, 'set', signal, 'sent'), 'OK');
    assert.equal(await node.end(signal), 0);
    assert.match(node.log, /"msg":"id1 stops"}\n$/);
  }
});

test('Leto: no -id is one clear line above the usage, and no panic', async (t) => {
  const node = new LetoProcess(t, []);
  assert.equal(await node.ended(), 2);
  assert.match(
    node.log,
    /^leto: -id is needed: 1 to 64 letters, .*as in -id id1\nUsage of leto:\n/,
  );
});
