/** Tests of whole check runs, against fake nodes that may lie. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LetoError } from '../../src/base/errors.js';
import {
  type CheckOptions,
  type ClusterUnderTest,
  judge,
  longestGapNs,
  runCheck,
} from '../../src/check/index.js';
import { type ClusterEvent, toStatus } from '../../src/control/index.js';
import { errorReply, findCommand, type Reply, StateMachine } from '../../src/kv/index.js';
import { clusterView, nodeView } from '../control/fixtures.js';
import { FakeNode } from './fake-node.js';
import { get, incr, set } from './operations.js';

const bounds = { configurationsMax: 100_000, isOverdue: () => false };
const options: CheckOptions = {
  seconds: 3600,
  clients: 12,
  keys: 3,
  faults: [],
  seed: 1,
  probesWrites: false,
  keyPrefix: 'run:',
};

function run(machine: StateMachine, [name = '', ...args]: readonly string[]): Reply {
  return findCommand(name)?.run(machine.store, args, 0) ?? errorReply('ERR unknown command');
}

/** Runs a check against fake nodes until they have received `commandCount` commands. */
async function checkNodes(
  reacts: readonly ((args: string[]) => Reply)[],
  commandCount: number,
  changes: Partial<ClusterUnderTest & CheckOptions> = {},
) {
  const stopping = new AbortController();
  let count = 0;
  const counted = (react: (args: string[]) => Reply) => (args: string[]) => {
    count += 1;
    if (count >= commandCount) stopping.abort();
    return react(args);
  };
  const nodes = await Promise.all(reacts.map((react) => FakeNode.listen(counted(react))));
  const views = nodes.map(({ address }, at) => nodeView(`n${at + 1}`, { respPort: address.port }));
  const status = async () => toStatus({ ...clusterView(), nodes: views }, 0);
  const cluster = { status, dispatch: async () => {}, onEvent: () => {}, ...changes };
  try {
    return await runCheck(cluster, { ...options, ...changes }, stopping.signal, () => {});
  } finally {
    await Promise.all(nodes.map((node) => node.close()));
  }
}

test('a run ends when the signal aborts, reads every key, and is linearizable', async () => {
  const machine = new StateMachine();
  const react = (args: string[]) => run(machine, args);
  const { history, tally, longestMsWithoutWrite, ...rest } = await checkNodes([react, react], 500);
  assert.deepEqual(rest, { faults: {}, crashes: [], unreadKeys: 0 });
  assert.deepEqual(judge(history, bounds), { type: 'linearizable' });
  assert.equal(tally.ok, history.length);
  assert.ok(longestMsWithoutWrite > 0);
  const keys = new Set(history.map(({ key }) => key));
  const last = history.slice(-keys.size);
  assert.deepEqual(
    new Set(last.map(({ op, key }) => `${op} ${key}`)),
    new Set([...keys].map((key) => `get ${key}`)),
  );
  for (const key of keys) assert.match(key, /^run:/);
});

test('a node that missed the writes is detected', async () => {
  const machine = new StateMachine();
  const behind = new StateMachine();
  const react = (args: string[]) => run(machine, args);
  const isRead = ([name]: readonly string[]) => name === 'GET';
  const lag = (args: string[]) => run(isRead(args) ? behind : machine, args);
  const { history } = await checkNodes([react, lag], 500);
  assert.equal(judge(history, bounds).type, 'NOT linearizable');
});

test('a write that a node forgets is detected by the final reads', async () => {
  const machine = new StateMachine();
  let lastValue = '';
  const forget = (args: string[]) => {
    if (args[0] === 'GET') return run(new StateMachine(), args);
    lastValue = args[2] ?? lastValue;
    return run(machine, args);
  };
  const { history } = await checkNodes([forget], 100, { keys: 1 });
  assert.notEqual(lastValue, '');
  assert.equal(judge(history, bounds).type, 'NOT linearizable');
});

test('crashed nodes are listed with their reasons', async () => {
  const machine = new StateMachine();
  let tell: (event: ClusterEvent) => void = () => {};
  const react = (args: string[]) => {
    tell({ at: '', node: nodeView('n1').id, event: 'becameLeader' });
    tell({ at: '', node: nodeView('n2').id, event: 'crashed', reason: 'it is broken' });
    tell = () => {};
    return run(machine, args);
  };
  const onEvent: ClusterUnderTest['onEvent'] = (listener) => {
    tell = listener;
  };
  const { crashes } = await checkNodes([react], 50, { onEvent });
  assert.deepEqual(crashes, ['n2 crashed: it is broken']);
});

test('an error of the fault runner ends the load', async () => {
  const machine = new StateMachine();
  const dispatch = async () => {
    throw new LetoError('LETO_CLUSTER_GONE', 'the cluster hung up');
  };
  const react = (args: string[]) => run(machine, args);
  const endless = Number.POSITIVE_INFINITY;
  const check = checkNodes([react], endless, { dispatch, faults: ['kill'] });
  await assert.rejects(check, { code: 'LETO_CLUSTER_GONE' });
});

test('the longest time without a write includes the beginning and the end', () => {
  const history = [set('a', 1, 10), get('a', 12, 13), incr('1', 20, 25), set('b', 26, 99)];
  assert.equal(longestGapNs(history, 30), 15);
  assert.equal(longestGapNs(history, 50), 25);
  assert.equal(longestGapNs([set('a', 1, 40)], 50), 40);
  assert.equal(longestGapNs([get('a', 12, 13)], 50), 50);
});
