import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeRequest } from '../../src/resp/index.js';
import type { TestClient, Value } from './test-client.js';
import { settings, startLeader, type TestNode } from './test-node.js';

const arity = (name: string) => `-ERR wrong number of arguments for '${name}' command`;

/** Commands and their answers in RESP2. */
const cases: readonly [line: string, reply: Value][] = [
  ['ping', '+PONG'],
  ['PiNg', '+PONG'],
  ['ping hello', 'hello'],
  ['ping a b', arity('ping')],
  ['echo hello', 'hello'],
  ['echo', arity('echo')],
  ['ECHO a b', arity('echo')],
  ['select 0', '+OK'],
  ['select 1', '-ERR DB index is out of range'],
  ['select -1', '-ERR DB index is out of range'],
  ['select x', '-ERR value is not an integer or out of range'],
  ['select', arity('select')],
  ['auth', arity('auth')],
  ['auth a b c', '-ERR syntax error'],
  ['client', arity('client')],
  ['client getname', null],
  ['client getname x', "-ERR wrong number of arguments for 'client|getname' command"],
  ['client nonsense', "-ERR unknown subcommand 'nonsense'. Try CLIENT HELP."],
  ['config', arity('config')],
  ['config get', "-ERR wrong number of arguments for 'config|get' command"],
  ['config set save x', "-ERR unknown subcommand 'set'. Only CONFIG GET is supported."],
  ['command nonsense', "-ERR unknown subcommand 'nonsense'. Try COMMAND HELP."],
  ['raft', arity('raft')],
  ['raft nonsense', "-ERR unknown subcommand 'nonsense'. Try RAFT HELP."],
  ['get', arity('get')],
  ['GET a b', arity('get')],
  ['set a', arity('set')],
  ['mset a', arity('mset')],
  ['mset a b c', arity('mset')],
  ['incrby a', arity('incrby')],
  ['del', arity('del')],
  ['DELETE', arity('delete')],
  ['dbsize x', arity('dbsize')],
];

for (const [line, reply] of cases) {
  test(`${line} returns ${reply}`, async (t) => {
    const client = await (await startLeader(t)).connect(t);
    assert.deepEqual(await client.ask(line), reply);
  });
}

const unknown: readonly [words: readonly string[], text: string][] = [
  [['foo'], 'ERR unknown command `foo`, with args beginning with: '],
  [['foo', 'a'], 'ERR unknown command `foo`, with args beginning with: `a`, '],
  [['Foo', 'a', 'b c'], 'ERR unknown command `Foo`, with args beginning with: `a`, `b c`, '],
  [[''], 'ERR unknown command ``, with args beginning with: '],
  [['x\r\n+OK', '\x00\xff'], 'ERR unknown command `x..+OK`, with args beginning with: `..`, '],
];

for (const [words, text] of unknown) {
  test(`an unknown command gets Redis's own text: ${JSON.stringify(text)}`, async (t) => {
    const client = await (await startLeader(t)).connect(t);
    client.write(encodeRequest(words));
    assert.equal(await client.line(), `-${text}`);
    assert.equal(await client.ask('ping'), '+PONG');
  });
}

test('the error for a huge unknown command is short', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  const long = 'x\r\n'.repeat(350_000);
  client.write(encodeRequest([long, long, long]));
  const line = await client.line();
  assert.ok(line.length < 512);
  assert.match(line, /^-ERR unknown command `x\.\.x/);
  assert.equal(await client.ask('ping'), '+PONG');
});

test('a command with binary words is run unchanged', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));
  client.write(encodeRequest(['SET', bytes, bytes]) + encodeRequest(['GET', bytes]));
  assert.deepEqual(await client.values(2), ['+OK', bytes]);
  client.write(encodeRequest(['SET', '', '']) + encodeRequest(['GET', '']));
  assert.deepEqual(await client.values(2), ['+OK', '']);
});

async function connected(t: Parameters<typeof startLeader>[0]): Promise<[TestNode, TestClient]> {
  const node = await startLeader(t);
  return [node, await node.connect(t)];
}

test('CONFIG GET finds parameters by name or by pattern', async (t) => {
  const [node, client] = await connected(t);
  assert.deepEqual(await client.ask('config get save'), ['save', '']);
  assert.deepEqual(await client.ask('CONFIG GET AppendOnly'), ['appendonly', 'yes']);
  assert.deepEqual(await client.ask('config get nothing'), []);
  assert.deepEqual(await client.ask('config get append*'), [
    'appendfsync',
    'always',
    'appendonly',
    'yes',
  ]);
  assert.deepEqual(await client.ask('config get s?ve p?rt'), [
    'port',
    String(node.port),
    'save',
    '',
  ]);
  assert.deepEqual(await client.ask('config get max*y'), [
    ...['maxmemory', String(settings.maxMemoryBytes)],
    ...['maxmemory-policy', 'noeviction'],
  ]);
  assert.deepEqual(await client.ask('config get [a].*(b'), []);
  const all = (await client.ask('config get *')) as Value[];
  assert.equal(all.length, 22);
  assert.deepEqual(await client.ask('config get **'), all);
});

const patience = { timeout: 10_000 };

test('every pattern of CONFIG GET is matched quickly', patience, async (t) => {
  const [, client] = await connected(t);
  assert.deepEqual(await client.ask(`config get ${'*'.repeat(5000)}x`), []);
  assert.deepEqual(await client.ask(`config get ${'*m'.repeat(5000)}x`), []);
  assert.deepEqual(await client.ask(`config get ${'*?'.repeat(8)}x`), []);
});

test('one command can name at most 1,024 names', async (t) => {
  const [, client] = await connected(t);
  for (const line of ['command info', 'command docs', 'config get']) {
    const names = (count: number) => `${line}${' save'.repeat(count)}`;
    assert.ok(Array.isArray(await client.ask(names(1024))));
    assert.match(
      String(await client.ask(names(1025))),
      /^-ERR too many (names|patterns): at most 1024 are allowed/,
    );
  }
});

test('in RESP3 CONFIG GET, COMMAND DOCS and RAFT STATUS are maps', async (t) => {
  const [, client] = await connected(t);
  await client.ask('hello 3');
  assert.deepEqual(await client.ask('config get save'), new Map([['save', '']]));
  const docs = (await client.ask('command docs get')) as Map<Value, Value>;
  assert.ok(docs.get('get') instanceof Map);
  assert.ok((await client.ask('raft status')) instanceof Map);
});

test('COMMAND lists every command', async (t) => {
  const [, client] = await connected(t);
  const names = (await client.ask('command list')) as string[];
  assert.equal(await client.ask('command count'), names.length);
  assert.equal(new Set(names).size, names.length);
  for (const name of ['get', 'set', 'ping', 'raft', 'command']) assert.ok(names.includes(name));
  const all = (await client.ask('command')) as Value[];
  assert.deepEqual(all, await client.ask('command info'));
  assert.deepEqual(
    all.map((info) => (info as Value[])[0]),
    names,
  );
  assert.equal(((await client.ask('command docs')) as Value[]).length, 2 * names.length);
});

test('COMMAND INFO has the fields of Redis, and null for an unknown name', async (t) => {
  const [, client] = await connected(t);
  const [get, nothing, set, mset, auth] = (await client.ask(
    'command info GET nonsense set mset auth',
  )) as Value[];
  assert.deepEqual(get, ['get', 2, ['+readonly'], 1, 1, 1, ['+@string'], [], [], []]);
  assert.equal(nothing, null);
  assert.deepEqual((set as Value[]).slice(0, 6), ['set', -3, ['+write', '+denyoom'], 1, 1, 1]);
  assert.deepEqual((mset as Value[]).slice(3, 6), [1, -1, 2]);
  assert.deepEqual((auth as Value[])[2], ['+loading', '+stale', '+no_auth']);
});

test('COMMAND DOCS leaves out unknown names', async (t) => {
  const [, client] = await connected(t);
  const docs = (await client.ask('command docs nonsense get')) as Value[];
  assert.equal(docs[0], 'get');
  const fields = ['summary', 'Returns the string value of a key.', 'since', '1.0.0'];
  assert.deepEqual(docs[1], [...fields, 'group', 'string']);
  assert.equal(docs.length, 2);
});

async function info(client: TestClient, sections = ''): Promise<Map<string, string>> {
  const text = (await client.ask(`info${sections}`)) as string;
  const lines = text.split('\r\n').filter((line) => line.includes(':'));
  return new Map(lines.map((line) => line.split(/:(.*)/s).slice(0, 2) as [string, string]));
}

async function sections(client: TestClient, names = ''): Promise<string[]> {
  const text = (await client.ask(`info${names}`)) as string;
  return [...text.matchAll(/^# (\w+)\r$/gm)].map(([, name]) => name ?? '');
}

const everySection = [
  ...['Server', 'Clients', 'Memory', 'Persistence', 'Stats', 'Replication', 'Raft', 'Keyspace'],
];

test('INFO has all sections or the named ones', async (t) => {
  const [, client] = await connected(t);
  assert.deepEqual(await sections(client), everySection);
  for (const all of [' all', ' everything', ' DEFAULT']) {
    assert.deepEqual(await sections(client, all), everySection);
  }
  assert.deepEqual(await sections(client, ' raft SERVER'), ['Server', 'Raft']);
  assert.deepEqual(await sections(client, ' nonsense'), []);
});

test('INFO shows the state of the node', async (t) => {
  const [node, client] = await connected(t);
  await client.ask('set key value');
  await client.ask('nonsense');
  const fields = await info(client);
  const expected = {
    redis_version: '7.2.0',
    tcp_port: String(node.port),
    connected_clients: '1',
    used_memory: String(3 + 5 + 120),
    maxmemory: String(settings.maxMemoryBytes),
    total_connections_received: '1',
    total_commands_processed: '3',
    rejected_connections: '0',
    role: 'master',
    connected_slaves: '0',
    raft_node_id: 'n1',
    raft_role: 'leader',
    raft_current_term: '1',
    raft_voted_for: 'n1',
    raft_leader_id: 'n1',
    raft_leader_address: `127.0.0.1:${node.port}`,
    raft_last_log_index: '2',
    raft_last_log_term: '1',
    raft_commit_index: '2',
    raft_last_applied: '2',
    raft_snapshot_index: '0',
    raft_num_voting_nodes: '1',
    db0: 'keys=1,expires=0,avg_ttl=0',
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(fields.get(name), value, name);
});

test('INFO does not reveal the clusterId', async (t) => {
  const [, client] = await connected(t);
  assert.match((await info(client)).get('run_id') ?? '', /^[0-9a-f]{40}$/);
  assert.doesNotMatch((await client.ask('info')) as string, new RegExp(settings.clusterId));
});

test('the uptime does not turn negative when the calendar is set back', async (t) => {
  const node = await startLeader(t);
  const client = await node.connect(t);
  t.mock.method(Date, 'now', () => 0);
  assert.equal((await info(client)).get('uptime_in_seconds'), '0');
});
