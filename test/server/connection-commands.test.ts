import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeRequest } from '../../src/resp/index.js';
import type { Value } from './test-client.js';
import { startLeader } from './test-node.js';

const hello = (proto: number, id: number, role: string): [Value, Value][] => [
  ['server', 'redis'],
  ['version', '7.2.0'],
  ['proto', proto],
  ['id', id],
  ['mode', 'standalone'],
  ['role', role],
  ['modules', []],
];

test('HELLO describes the server in the negotiated protocol', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  assert.deepEqual(await client.ask('hello'), hello(2, 1, 'master').flat());
  assert.deepEqual(await client.ask('hello 3'), new Map(hello(3, 1, 'master')));
  assert.deepEqual(await client.ask('HELLO'), new Map(hello(3, 1, 'master')));
  assert.deepEqual(await client.ask('hello 2'), hello(2, 1, 'master').flat());
});

const refusals: readonly [line: string, reply: string][] = [
  ['hello 1', '-NOPROTO unsupported protocol version'],
  ['hello 4', '-NOPROTO unsupported protocol version'],
  ['hello x', '-ERR Protocol version is not an integer or out of range'],
  ['hello 3 nonsense', "-ERR Syntax error in HELLO option 'nonsense'"],
  ['hello 3 setname', "-ERR Syntax error in HELLO option 'setname'"],
  ['hello 3 auth default', "-ERR Syntax error in HELLO option 'auth'"],
];

for (const [line, reply] of refusals) {
  test(`${line} is refused, and the protocol does not change`, async (t) => {
    const client = await (await startLeader(t)).connect(t);
    assert.equal(await client.ask(line), reply);
    client.send('get nothing');
    assert.equal(await client.take(5), '$-1\r\n');
  });
}

test('HELLO sets a name', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  await client.ask('hello 3 SETNAME bob');
  assert.equal(await client.ask('client getname'), 'bob');
});

test('AUTH on a node without a password is an error', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  const error = /^-ERR AUTH <password> called without any password configured/;
  assert.match(String(await client.ask('auth secret')), error);
  assert.match(String(await client.ask('auth default secret')), error);
  assert.match(String(await client.ask('hello 3 auth default secret')), error);
  assert.equal(await client.ask('ping'), '+PONG');
});

test('CLIENT GETNAME returns the name that CLIENT SETNAME sets', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  assert.equal(await client.ask('client setname alice'), '+OK');
  assert.equal(await client.ask('client getname'), 'alice');
  client.write(encodeRequest(['client', 'setname', 'two words']));
  const error = '-ERR Client names cannot contain spaces, newlines or special characters.';
  assert.equal(await client.line(), error);
  client.write(encodeRequest(['client', 'setname', '']));
  assert.equal(await client.line(), '+OK');
  assert.equal(await client.ask('client getname'), null);
});

test('CLIENT SETINFO accepts only the name and version of a library', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  assert.equal(await client.ask('client setinfo lib-name ioredis'), '+OK');
  assert.equal(await client.ask('CLIENT SETINFO LIB-VER 6.0.0'), '+OK');
  assert.equal(await client.ask('client setinfo x y'), "-ERR Unrecognized option 'x'");
  client.write(encodeRequest(['client', 'setinfo', 'lib-name', 'a\nb']));
  const error = '-ERR lib-name cannot contain spaces, newlines or special characters.';
  assert.equal(await client.line(), error);
  assert.match(String(await client.ask('client info')), / lib-name=ioredis lib-ver=6\.0\.0\n$/);
});

test('the name and library texts of a client are limited to 256 bytes', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  const [longest, tooLong] = ['x'.repeat(256), 'x'.repeat(257)];
  for (const line of ['client setname', 'client setinfo lib-name', 'client setinfo lib-ver']) {
    assert.equal(await client.ask(`${line} ${longest}`), '+OK');
    assert.match(String(await client.ask(`${line} ${tooLong}`)), /cannot be longer than 256 bytes/);
  }
  const hello = await client.ask(`hello 3 setname ${tooLong}`);
  assert.equal(hello, '-ERR Client names cannot be longer than 256 bytes.');
});

const patience = { timeout: 20_000 };

test('a HELLO with 100,000 options is answered quickly', patience, async (t) => {
  const client = await (await startLeader(t)).connect(t);
  const words = Array.from({ length: 100_000 }, () => ['setname', 'a']).flat();
  client.write(encodeRequest(['hello', '2', ...words]));
  assert.deepEqual(await client.value(), hello(2, 1, 'master').flat());
});

test('connections are numbered from 1', async (t) => {
  const node = await startLeader(t);
  const ids: Value[] = [];
  for (let at = 0; at < 3; at += 1) ids.push(await (await node.connect(t)).ask('client id'));
  assert.deepEqual(ids, [1, 2, 3]);
});

test('CLIENT LIST has a line for each connection, and CLIENT INFO has the line of its own', async (t) => {
  const node = await startLeader(t);
  const [one, two] = [await node.connect(t), await node.connect(t)];
  await one.ask('client setname one');
  await two.ask('hello 3 setname two');
  await one.ask('get a');
  const list = String(await two.ask('client list'));
  const lines = list.split('\n');
  assert.equal(lines.pop(), '');
  assert.deepEqual(
    lines.map((line) => line.replace(/:\d+ /g, ':0 ')),
    [
      'id=1 addr=127.0.0.1:0 laddr=127.0.0.1:0 name=one age=0 idle=0 flags=N db=0 sub=0 psub=0 multi=-1 cmd=get user=default resp=2 lib-name= lib-ver=',
      'id=2 addr=127.0.0.1:0 laddr=127.0.0.1:0 name=two age=0 idle=0 flags=N db=0 sub=0 psub=0 multi=-1 cmd=client user=default resp=3 lib-name= lib-ver=',
    ],
  );
  assert.ok(lines[0]?.includes(`laddr=127.0.0.1:${node.port}`));
  assert.equal(await two.ask('client info'), `${lines[1]}\n`);
});

test('a closed connection is not listed', async (t) => {
  const node = await startLeader(t);
  const [one, two] = [await node.connect(t), await node.connect(t)];
  await one.ask('quit');
  await one.closed();
  await node.until(() => node.server.connections.size === 1);
  assert.match(String(await two.ask('client list')), /^id=2 .*\n$/);
});
