/** How a new `leto` node asks a member, against a fake member. */

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import {
  askForAddresses,
  askForCluster,
  askForMembers,
  askToJoin,
  type MemberEndpoint,
} from '../../src/cli/leto/join.js';
import { exitCodeOf } from '../../src/cli/shell/exit-codes.js';
import { nodeId } from '../../src/control/index.js';
import { listen } from '../../src/transport/index.js';
import { endWithTest } from '../helpers/resources.js';

/** A member that gives one answer per call, and repeats the last one; null closes the connection. */
async function member(t: TestContext, ...answers: (string | null)[]) {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      asked.push(chunk.toString());
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === null) socket.destroy();
      else socket.write(answer ?? '');
    });
  });
  const port = await listen(endWithTest(t, server), {
    host: '127.0.0.1',
    port: 0,
    flag: '-listen',
  });
  return { address: { host: '127.0.0.1', port, password: null, tls: null }, asked };
}

const { signal } = new AbortController();
const limits = { retryMsMax: 10_000, signal };
const joiner = { id: nodeId('id2'), raft: { host: '127.0.0.1', port: 15_380 } };

function bulks(...texts: string[]): string {
  return texts.map((text) => `$${text.length}\r\n${text}\r\n`).join('');
}

const introduction = `*6\r\n${bulks('voters')}*1\r\n${bulks('id1')}${bulks('learners')}*1\r\n${bulks('id9')}${bulks('clusterId', 'c1')}`;
const noCluster = `*4\r\n${bulks('voters')}*0\r\n${bulks('learners')}*0\r\n`;
const supervised = `*2\r\n${bulks('voters')}*1\r\n${bulks('n1')}`;

test('a member answers with the id of its cluster', async (t) => {
  const { address } = await member(t, introduction);
  assert.equal(await askForCluster(address, limits), 'c1');
});

test('a member is asked for the member list only when it has caught up with the leader', async (t) => {
  const { address, asked } = await member(t, '-not leader\r\n', ':0\r\n', introduction);
  assert.deepEqual(await askForMembers(address, limits), ['id1', 'id9']);
  const read = `*2\r\n${bulks('exists', 'leto')}`;
  assert.deepEqual(asked, [read, read, `*2\r\n${bulks('raft', 'status')}`]);
});

test('a member that is not in a cluster yet, or hangs up, is asked again', async (t) => {
  const { address, asked } = await member(t, noCluster, null, introduction);
  assert.equal(await askForCluster(address, limits), 'c1');
  assert.equal(asked.length, 3);
});

test('a member tells where all members are, and itself where it runs now', async (t) => {
  const fields = [
    bulks('id', 'id1', 'clusterId', 'c1', 'raftAddress', '127.0.0.1:9', 'addresses'),
    `*4\r\n${bulks('id1', '127.0.0.1:1', 'id2', 'b:2')}`,
  ];
  const { address } = await member(t, `*8\r\n${fields.join('')}`);
  const expected = [
    ['id1', { host: '127.0.0.1', port: 9 }],
    ['id2', { host: 'b', port: 2 }],
  ];
  const found = await askForAddresses(address, 'c1', signal);
  assert.deepEqual([...(found ?? [])], expected);
  assert.equal(await askForAddresses(address, 'c2', signal), null, 'it is of another cluster');
});

test('a node asks with its Raft address and id until it has joined', async (t) => {
  const { address, asked } = await member(t, '-CLUSTERDOWN no leader\r\n', null, '+OK\r\n');
  await askToJoin(address, joiner, limits);
  assert.equal(asked.length, 3);
  assert.equal(asked[2], `*3\r\n${bulks('join', '127.0.0.1:15380', 'id2')}`);
});

const refusals: readonly [what: string, answer: string, message: RegExp][] = [
  ['a final error', '-ERR no such thing\r\n', /refused the join: ERR no such thing$/],
  [
    'the demand for a password',
    '-NOAUTH Authentication required.\r\n',
    /NOAUTH Authentication required\. Give its client password with -password-file$/,
  ],
];

for (const [what, answer, message] of refusals) {
  test(`${what} ends the attempts at once`, async (t) => {
    const { address, asked } = await member(t, answer);
    const refused = { code: 'LETO_NODE_STATE', message };
    await assert.rejects(askToJoin(address, joiner, limits), refused);
    await assert.rejects(askForCluster(address, limits), refused);
    assert.equal(asked.length, 2);
  });
}

test('a node that has a password sends it before its request', async (t) => {
  const { address, asked } = await member(t, '+OK\r\n');
  await askToJoin({ ...address, password: 'sesåme' }, joiner, limits);
  assert.equal(asked[0], '*2\r\n$4\r\nauth\r\n$7\r\nsesåme\r\n');
  assert.equal(asked[1], `*3\r\n${bulks('join', '127.0.0.1:15380', 'id2')}`);
});

for (const answer of ['-WRONGPASS invalid password\r\n', '-ERR AUTH without any password\r\n']) {
  test(`a node stops asking when its password is answered with ${answer.trim()}`, async (t) => {
    const { address, asked } = await member(t, answer);
    const asking = askToJoin({ ...address, password: 'sesame' }, joiner, limits);
    await assert.rejects(asking, (error: Error) => {
      assert.match(error.message, /refused the join: (WRONGPASS|ERR) /);
      return !error.message.includes('sesame');
    });
    assert.equal(asked.length, 1);
  });
}

test('a cluster with a supervisor refuses a join, and says what to do', async (t) => {
  const { address } = await member(t, supervised);
  const message = /use `leto-cluster add`$/;
  await assert.rejects(askForCluster(address, limits), { code: 'LETO_NODE_STATE', message });
});

/** An address where no program listens. */
async function nowhere(t: TestContext): Promise<MemberEndpoint> {
  const server = endWithTest(t, createServer());
  const port = await listen(server, { host: '127.0.0.1', port: 0, flag: '-listen' });
  await new Promise((resolve) => server.close(resolve));
  return { host: '127.0.0.1', port, password: null, tls: null };
}

test('Leto: a node that asks for too long gives up with exit code 4 and the last reason', async (t) => {
  const asking = askToJoin(await nowhere(t), joiner, { retryMsMax: 200, signal });
  await assert.rejects(asking, (error: Error) => {
    assert.match(error.message, /timed out .*ECONNREFUSED/);
    return exitCodeOf(error) === 4;
  });
});

test('a node that is told to stop asks no more, and waits for no answer', async (t) => {
  for (const answer of [null, '']) {
    const stop = new AbortController();
    const { address } = await member(t, answer);
    const asking = askToJoin(address, joiner, { retryMsMax: 60_000, signal: stop.signal });
    stop.abort();
    await assert.rejects(asking, { name: 'AbortError' });
  }
});

test('a silent member is not waited for beyond the time limit', async (t) => {
  const { address } = await member(t, '');
  const asking = askToJoin(address, joiner, { retryMsMax: 200, signal });
  await assert.rejects(asking, { code: 'LETO_TIMED_OUT' });
});
