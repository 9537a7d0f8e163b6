import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { StateMachine } from '../../src/kv/index.js';
import { encodeReply, encodeRequest } from '../../src/resp/index.js';
import { run } from '../kv/transcript.js';
import { startLeader } from './test-node.js';

test('GET, SET, GET in one pipeline give the old value, OK and the new one (C9)', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  client.send('set a old', 'get a', 'set a new', 'get a');
  assert.deepEqual(await client.values(4), ['+OK', 'old', '+OK', 'new']);
});

test('an answer that is known at once waits for the answers before it', async (t) => {
  const node = await startLeader(t);
  const client = await node.connect(t);
  node.isDiskWorking = false;
  client.send('set a 1', 'ping', 'get a', 'echo x', 'nonsense', 'incr a', 'client id');
  // After a round trip of another client, the first client's bytes have been read.
  const other = await node.connect(t);
  assert.equal(await other.ask('ping'), '+PONG');
  node.mendDisk();
  const [set, ping, get, echo, unknown, incr, id] = await client.values(7);
  assert.deepEqual([set, ping, get, echo, incr, id], ['+OK', '+PONG', '1', 'x', 2, 1]);
  assert.match(String(unknown), /^-ERR unknown command/);
});

test('no write is answered before it is on disk', async (t) => {
  const node = await startLeader(t);
  const client = await node.connect(t);
  node.isDiskWorking = false;
  client.send('set a 1', 'ping');
  const { log } = node.replica.raftState;
  const { lastIndex } = log;
  await node.until(() => log.lastIndex > lastIndex);
  const other = await node.connect(t);
  await other.ask('ping');
  assert.equal(client.received, '');
  node.mendDisk();
  assert.deepEqual(await client.values(2), ['+OK', '+PONG']);
});

const word = fc.constantFrom('a', 'b', 'c');
const commands = fc.oneof(
  fc.tuple(fc.constantFrom('get', 'incr', 'del', 'strlen', 'exists'), word),
  fc.tuple(fc.constantFrom('set', 'append'), word, fc.constantFrom('1', '22', 'x')),
  fc.tuple(fc.constant('mget'), word, word),
  fc.tuple(fc.constant('set'), word),
  fc.constantFrom(['dbsize'], ['flushall']),
);
const serverCommands = fc.tuple(fc.constant('echo'), fc.string({ unit: 'grapheme-ascii' }));
const pipelines = fc.array(
  fc.array(fc.oneof({ weight: 4, arbitrary: commands }, serverCommands), { maxLength: 40 }),
  { minLength: 1, maxLength: 4 },
);

test('a pipeline gets the same answers as single commands', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  const property = fc.asyncProperty(pipelines, async (sent) => {
    const machine = new StateMachine();
    const expected = sent.flat().map((words) => {
      const [name, text = ''] = words;
      const reply =
        name === 'echo' ? ({ type: 'bulk', bytes: text } as const) : run(machine, words);
      return encodeReply(reply, 2);
    });
    for (const pipeline of sent) client.write(pipeline.map(encodeRequest).join(''));
    assert.equal(await client.take(expected.join('').length), expected.join(''));
    client.send('flushall');
    await client.value();
  });
  await fc.assert(property, { numRuns: 100 });
});

for (const count of [1023, 1024, 1025, 5000, 100_000]) {
  test(`${count} pipelined commands are answered in order`, async (t) => {
    const client = await (await startLeader(t)).connect(t);
    const numbers = Array.from({ length: count }, (_, at) => String(at));
    client.write(numbers.map((number) => encodeRequest(['echo', number])).join(''));
    const expected = numbers.map((number) => `$${number.length}\r\n${number}\r\n`).join('');
    assert.equal(await client.take(expected.length), expected);
  });
}

test('100,000 pipelined writes and reads are answered in order', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  const count = 50_000;
  client.write(
    encodeRequest(['incr', 'n']).repeat(count) + encodeRequest(['get', 'n']).repeat(count),
  );
  const numbers = Array.from({ length: count }, (_, at) => `:${at + 1}\r\n`);
  const expected = numbers.join('') + `$5\r\n${count}\r\n`.repeat(count);
  assert.equal(await client.take(expected.length), expected);
});

test('alternating writes and reads are answered in order', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  const count = 1000;
  client.write((encodeRequest(['incr', 'n']) + encodeRequest(['get', 'n'])).repeat(count));
  const numbers = Array.from({ length: count }, (_, at) => at + 1);
  const expected = numbers.map((n) => `:${n}\r\n$${String(n).length}\r\n${n}\r\n`).join('');
  assert.equal(await client.take(expected.length), expected);
});

test('a long pipeline of one client does not block the others', async (t) => {
  const node = await startLeader(t);
  const [busy, other] = [await node.connect(t), await node.connect(t)];
  const count = 300_000;
  busy.write(encodeRequest(['ping']).repeat(count));
  await busy.line();
  assert.equal(await other.ask('ping'), '+PONG');
  const answeredBytes = busy.received.length;
  assert.ok(answeredBytes < (count - 1) * 7, 'the other had to wait for all of it');
  await busy.take((count - 1) * 7);
});

test('QUIT and the commands before it are answered, and those after it are not run', async (t) => {
  const node = await startLeader(t);
  const client = await node.connect(t);
  client.send('set a 1', 'get a', 'quit', 'set a 2', 'ping');
  assert.equal(await client.closed(), '+OK\r\n$1\r\n1\r\n+OK\r\n');
  assert.equal(await (await node.connect(t)).ask('get a'), '1');
});

test('a command is answered in the protocol of its arrival', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  client.send('get a', 'hello 3', 'get a', 'hello 2', 'get a');
  assert.equal(await client.take(5), '$-1\r\n');
  await client.value();
  assert.equal(await client.take(3), '_\r\n');
  await client.value();
  assert.equal(await client.take(5), '$-1\r\n');
});
