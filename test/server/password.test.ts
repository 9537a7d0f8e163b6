import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { allCommands } from '../../src/kv/index.js';
import { encodeRequest } from '../../src/resp/index.js';
import { connectionCommands } from '../../src/server/commands/connection-commands.js';
import { startLeader } from './test-node.js';

const password = 'sesame';
const noAuth = '-NOAUTH Authentication required.';
const wrong = '-WRONGPASS invalid username-password pair or user is disabled.';

function withPassword(t: TestContext, given = password) {
  return startLeader(t, { settings: { password: given } });
}

test('before AUTH every command but AUTH, HELLO and QUIT is refused', async (t) => {
  const client = await (await withPassword(t)).connect(t);
  const names = [...allCommands(), ...connectionCommands].map(({ name }) => name);
  for (const name of [...names, 'info', 'config', 'command', 'raft', 'nonsense']) {
    if (['auth', 'hello', 'quit'].includes(name)) continue;
    assert.equal(await client.ask(`${name} a b`), noAuth, name);
  }
});

const ways: readonly [line: string, reply: string | RegExp, isIn: boolean][] = [
  ['auth sesame', '+OK', true],
  ['auth default sesame', '+OK', true],
  ['auth Sesame', wrong, false],
  ['auth sesame1', wrong, false],
  ['auth default open', wrong, false],
  ['auth admin sesame', wrong, false],
  ['auth default sesame x', '-ERR syntax error', false],
  ['hello 3 auth default open', wrong, false],
  ['hello 3 auth admin sesame', wrong, false],
  ['hello 4 auth default sesame', '-NOPROTO unsupported protocol version', false],
];

for (const [line, reply, isIn] of ways) {
  test(`${line} ${isIn ? 'authenticates the client' : 'is refused'}`, async (t) => {
    const client = await (await withPassword(t)).connect(t);
    assert.equal(await client.ask(line), reply);
    assert.equal(await client.ask('ping'), isIn ? '+PONG' : noAuth);
  });
}

test('HELLO with AUTH authenticates the client and sets the protocol', async (t) => {
  const client = await (await withPassword(t)).connect(t);
  const hello = await client.ask('hello 3 AUTH default sesame SETNAME bob');
  assert.ok(hello instanceof Map);
  assert.equal(hello.get('proto'), 3);
  assert.equal(await client.ask('client getname'), 'bob');
});

test('HELLO without AUTH is refused with a hint', async (t) => {
  const client = await (await withPassword(t)).connect(t);
  assert.match(String(await client.ask('hello 3')), /^-NOAUTH HELLO must be called with/);
  assert.match(String(await client.ask('hello')), /^-NOAUTH HELLO must be called with/);
});

test('a wrong password does not undo an earlier AUTH', async (t) => {
  const client = await (await withPassword(t)).connect(t);
  await client.ask('auth sesame');
  assert.equal(await client.ask('auth open'), wrong);
  assert.equal(await client.ask('ping'), '+PONG');
});

test('a password can be any text', async (t) => {
  const client = await (await withPassword(t, 'pässwörd ☃')).connect(t);
  client.write(encodeRequest(['auth', Buffer.from('pässwörd ☃').toString('latin1')]));
  assert.equal(await client.line(), '+OK');
});

test('QUIT works before AUTH', async (t) => {
  const client = await (await withPassword(t)).connect(t);
  client.send('quit');
  assert.equal(await client.closed(), '+OK\r\n');
});

const large = 'x'.repeat(16 * 1024 + 1);
const tooMany = Array.from({ length: 11 }, () => 'x');

const excesses: readonly [what: string, words: readonly string[], error: string][] = [
  ['a command of more than 10 arguments', tooMany, 'unauthenticated multibulk length'],
  ['an argument of more than 16 KiB', ['echo', large], 'unauthenticated bulk length'],
];

for (const [what, words, error] of excesses) {
  test(`before AUTH, ${what} is a protocol error`, async (t) => {
    const node = await withPassword(t);
    const client = await node.connect(t);
    client.write(encodeRequest(words) + encodeRequest(['auth', password]));
    assert.equal(await client.closed(), `-ERR Protocol error: ${error}\r\n`);
  });

  test(`after a wrong password, ${what} is a protocol error`, async (t) => {
    const client = await (await withPassword(t)).connect(t);
    client.write(encodeRequest(['auth', 'open']) + encodeRequest(words));
    assert.equal(await client.closed(), `${wrong}\r\n-ERR Protocol error: ${error}\r\n`);
  });

  test(`AUTH and ${what} in one write are accepted`, async (t) => {
    const client = await (await withPassword(t)).connect(t);
    client.write(
      encodeRequest(['auth', password]) + encodeRequest(words) + encodeRequest(['ping']),
    );
    assert.equal(await client.line(), '+OK');
    await client.value();
    assert.equal(await client.line(), '+PONG');
  });
}

test('a large command that starts to arrive before the reply to AUTH is accepted', async (t) => {
  const client = await (await withPassword(t)).connect(t);
  const value = 'x'.repeat(1024 * 1024);
  client.write(
    encodeRequest(['auth', password]) + encodeRequest(['set', 'a', value]).slice(0, 40_000),
  );
  assert.equal(await client.line(), '+OK');
  client.write(encodeRequest(['set', 'a', value]).slice(40_000));
  assert.equal(await client.line(), '+OK');
});
