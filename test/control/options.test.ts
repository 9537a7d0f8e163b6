import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ClusterOptions, planCluster } from '../../src/control/index.js';

const mebibyte = 1024 ** 2;

test('without options a cluster has three nodes and every default', () => {
  assert.deepEqual(planCluster({}), {
    name: 'default',
    isSizeGiven: false,
    ids: ['n1', 'n2', 'n3'],
    port: 5379,
    raftPort: 0,
    httpPort: null,
    transport: 'message-port',
    dataDir: null,
    follower: 'error',
    reads: 'linearizable',
    electionTimeoutMsMin: 300,
    electionTimeoutMsMax: 600,
    heartbeatIntervalMs: 50,
    fastFailover: false,
    preVote: true,
    checkQuorum: true,
    maxMemoryBytes: 512 * mebibyte,
    speed: 1,
    password: null,
  });
});

test('given options replace the defaults', () => {
  const plan = planCluster({
    name: 'My_cluster-2',
    nodes: 5,
    port: 7000,
    raftPort: 8000,
    httpPort: 9000,
    transport: 'tcp',
    dataDir: '/data',
    follower: 'proxy',
    reads: 'lease',
    electionTimeoutMs: [100, 200],
    heartbeatMs: 20,
    failover: 'fast',
    preVote: false,
    checkQuorum: false,
    maxMemoryBytes: mebibyte,
    speed: 0.1,
    password: 'sesame',
  });
  assert.deepEqual(plan, {
    name: 'My_cluster-2',
    isSizeGiven: true,
    ids: ['n1', 'n2', 'n3', 'n4', 'n5'],
    port: 7000,
    raftPort: 8000,
    httpPort: 9000,
    transport: 'tcp',
    dataDir: '/data',
    follower: 'proxy',
    reads: 'lease',
    electionTimeoutMsMin: 100,
    electionTimeoutMsMax: 200,
    heartbeatIntervalMs: 20,
    fastFailover: true,
    preVote: false,
    checkQuorum: false,
    maxMemoryBytes: mebibyte,
    speed: 0.1,
    password: 'sesame',
  });
});

test('an option that is undefined gets its default', () => {
  const options = { nodes: undefined, port: undefined, dataDir: undefined };
  assert.deepEqual(planCluster(options as unknown as ClusterOptions), planCluster({}));
});

test('with tcp, Raft ports are 10,000 above the RESP ports, or free ports', () => {
  assert.equal(planCluster({ transport: 'tcp' }).raftPort, 15379);
  assert.equal(planCluster({ transport: 'tcp', port: 0 }).raftPort, 0);
  assert.equal(planCluster({ transport: 'tcp', raftPort: 0 }).raftPort, 0);
  assert.equal(planCluster({ raftPort: 8000 }).raftPort, 0, 'none without tcp');
});

const bounds: readonly ClusterOptions[] = [
  { nodes: 1 },
  { nodes: 9 },
  { port: 0 },
  { port: 1 },
  { port: 65533 },
  { port: 65535, nodes: 1 },
  { transport: 'tcp', port: 55533 },
  { transport: 'tcp', port: 7000, raftPort: 7003 },
  { transport: 'tcp', port: 7003, raftPort: 7000 },
  { httpPort: 0 },
  { httpPort: 65533 },
  { port: 7000, httpPort: 7003 },
  { port: 7003, httpPort: 7000 },
  { port: 0, httpPort: 7000 },
  { heartbeatMs: 1, electionTimeoutMs: [2, 3] },
  { heartbeatMs: 150 },
  { electionTimeoutMs: [59_999, 60_000] },
  { maxMemoryBytes: 1 },
  { maxMemoryBytes: 2 ** 50 },
  { speed: 0 },
  { speed: 0.01 },
  { speed: 1 },
  { name: 'a' },
  { name: 'x'.repeat(64) },
  { reads: 'local' },
  { follower: 'moved' },
];

for (const options of bounds) {
  test(`${JSON.stringify(options).slice(0, 60)} is allowed`, () => {
    assert.doesNotThrow(() => planCluster(options));
  });
}

const nodes = 'it must be a whole number from 1 to 9';
const port = 'it must be a whole number from 0 to 65535';
const name = 'must consist of 1 to 64 letters, digits, - and _';
const speed = 'it must be 0 (time is stopped), or from 0.01 to 1 (real time)';
const timeout = 'it must be a whole number from 1 to 60000';

const refusals: readonly [options: object, message: string][] = [
  [{ nodes: 0 }, `nodes is 0; ${nodes}`],
  [{ nodes: 10 }, `nodes is 10; ${nodes}`],
  [{ nodes: 2.5 }, `nodes is 2.5; ${nodes}`],
  [{ nodes: Number.NaN }, `nodes is NaN; ${nodes}`],
  [{ port: -1 }, `port is -1; ${port}`],
  [{ port: 65536 }, `port is 65536; ${port}`],
  [{ port: 65534 }, 'port 65534 leaves no room for 3 nodes; choose a lower one'],
  [{ transport: 'tcp', raftPort: 65536 }, `raft port is 65536; ${port}`],
  [
    { transport: 'tcp', raftPort: 65534 },
    'raft port 65534 leaves no room for 3 nodes; choose a lower one',
  ],
  [
    { transport: 'tcp', port: 60_000 },
    'raft port is 70000, which is the port plus 10000; choose a --raft-port from 0 to 65535, or a port up to 55533',
  ],
  [
    { transport: 'tcp', port: 7000, raftPort: 7002 },
    'RESP ports from 7000 and raft ports from 7002 overlap',
  ],
  [
    { transport: 'tcp', port: 7002, raftPort: 7000 },
    'RESP ports from 7002 and raft ports from 7000 overlap',
  ],
  [{ httpPort: -1 }, `http port is -1; ${port}`],
  [{ httpPort: 1.5 }, `http port is 1.5; ${port}`],
  [{ httpPort: 65534 }, 'http port 65534 leaves no room for 3 nodes; choose a lower one'],
  [{ httpPort: 5381 }, 'RESP ports from 5379 and HTTP ports from 5381 overlap'],
  [{ httpPort: 5377 }, 'RESP ports from 5379 and HTTP ports from 5377 overlap'],
  [
    { transport: 'tcp', httpPort: 15381 },
    'raft ports from 15379 and HTTP ports from 15381 overlap',
  ],
  [{ transport: 'udp' }, 'transport is udp; it must be one of message-port, tcp'],
  [{ follower: 'leader' }, 'follower is leader; it must be one of error, moved, proxy'],
  [{ reads: 'stale' }, 'reads is stale; it must be one of linearizable, lease, local'],
  [{ failover: 'slow' }, 'failover is slow; it must be one of timeout, fast'],
  [{ electionTimeoutMs: [0, 600] }, `election timeout is 0; ${timeout}`],
  [
    { electionTimeoutMs: [300, 60_001] },
    'election timeout is 60001; it must be a whole number from 2 to 60000',
  ],
  [
    { electionTimeoutMs: [300, 300] },
    'election timeout 300-300: the first number must be lower than the second',
  ],
  [
    { electionTimeoutMs: [600, 300] },
    'election timeout 600-300: the first number must be lower than the second',
  ],
  [{ heartbeatMs: 0 }, `heartbeat is 0; ${timeout}`],
  [
    { heartbeatMs: 151 },
    'a heartbeat of 151 ms needs an election timeout of at least 302 ms, or followers would time out on a healthy leader',
  ],
  [{ maxMemoryBytes: 0 }, `max memory is 0; it must be a whole number from 1 to ${2 ** 50}`],
  [{ speed: -0.1 }, `speed is -0.1; ${speed}`],
  [{ speed: 0.009 }, `speed is 0.009; ${speed}`],
  [{ speed: 1.1 }, `speed is 1.1; ${speed}`],
  [{ speed: Number.NaN }, `speed is NaN; ${speed}`],
  [{ name: '' }, `the name "" ${name}`],
  [{ name: '../x' }, `the name "../x" ${name}`],
  [{ name: 'a b' }, `the name "a b" ${name}`],
  [{ name: 'ä' }, `the name "ä" ${name}`],
  [{ name: 'x'.repeat(65) }, `the name "${'x'.repeat(65)}" ${name}`],
  [{ password: '' }, 'the password is empty'],
];

for (const [options, message] of refusals) {
  test(`${JSON.stringify(options).slice(0, 60)} is refused: ${message.slice(0, 60)}`, () => {
    assert.throws(() => planCluster(options as ClusterOptions), {
      name: 'LetoError',
      code: 'LETO_BAD_OPTION',
      message,
    });
  });
}
