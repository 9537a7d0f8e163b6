import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  commandLineOf,
  type DiskFault,
  type Intent,
  type NodeIntent,
  resolveTarget,
} from '../../src/control/index.js';
import { clusterView, nodeView } from './fixtures.js';

const kill = (target: string): NodeIntent => ({ type: 'kill', target });
const restart = (target: string): NodeIntent => ({ type: 'restart', target });
const pause = (target: string): NodeIntent => ({ type: 'pause', target });
const resume = (target: string): NodeIntent => ({ type: 'resume', target });
const disk = (fault: DiskFault, target = 'n2') => ({ type: 'disk', target, fault }) as const;
const isolate = (target: string) => ({ type: 'isolate', target }) as const;

test('an id names one node', () => {
  assert.deepEqual(resolveTarget(clusterView(), kill('n2')), ['n2']);
  assert.deepEqual(resolveTarget(clusterView(), restart('n3')), ['n3']);
});

test('`all` names every node, running or dead', () => {
  const view = clusterView(nodeView('n2', { state: 'dead' }));
  assert.deepEqual(resolveTarget(view, kill('all')), ['n1', 'n2', 'n3']);
  assert.deepEqual(resolveTarget(view, restart('all')), ['n1', 'n2', 'n3']);
  assert.deepEqual(resolveTarget(view, resume('all')), ['n1', 'n2', 'n3']);
});

test('`leader` names the current leader', () => {
  for (const verb of [kill, pause, isolate]) {
    assert.deepEqual(resolveTarget(clusterView(), verb('leader')), ['n1']);
  }
});

const view = clusterView();
const leaderless = clusterView(nodeView('n1'));

const refusals = [
  {
    what: 'an unknown node',
    view,
    intent: kill('n7'),
    message: 'there is no node n7; the nodes are n1, n2, n3',
  },
  {
    what: 'a node in upper case',
    view,
    intent: kill('N1'),
    message: 'there is no node N1; the nodes are n1, n2, n3',
  },
  {
    what: 'an empty name',
    view,
    intent: kill(''),
    message: 'there is no node ; the nodes are n1, n2, n3',
  },
  {
    what: '`leader` while there is none',
    view: leaderless,
    intent: kill('leader'),
    message: 'there is no leader now; name a node, or try again',
  },
  {
    what: '`restart leader`, since a leader is not dead,',
    view,
    intent: restart('leader'),
    message: 'there is no node leader; the nodes are n1, n2, n3',
  },
  {
    what: '`resume leader`, since a paused node is not the leader,',
    view,
    intent: resume('leader'),
    message: 'there is no node leader; the nodes are n1, n2, n3',
  },
  {
    what: '`disk leader ok`, since a disk belongs to a node and not to a role,',
    view,
    intent: disk({ type: 'ok' }, 'leader'),
    message: 'there is no node leader; the nodes are n1, n2, n3',
  },
  ...[pause, isolate].map((verb) => ({
    what: `\`${verb('all').type} all\``,
    view,
    intent: verb('all'),
    message: 'there is no node all; the nodes are n1, n2, n3',
  })),
];

for (const { what, view: current, intent, message } of refusals) {
  test(`${what} is refused`, () => {
    assert.throws(() => resolveTarget(current, intent), {
      name: 'LetoError',
      code: 'LETO_NO_SUCH_NODE',
      message,
    });
  });
}

const between = { from: 'n1', to: 'n2', oneWay: false };
const slow = { drop: 0, delayMs: 100, jitterMs: 20 };

const commandLines: readonly (readonly [Intent, string])[] = [
  [kill('leader'), 'kill leader'],
  [restart('n2'), 'restart n2'],
  [pause('leader'), 'pause leader'],
  [resume('all'), 'resume all'],
  [isolate('n3'), 'isolate n3'],
  [{ type: 'heal' }, 'heal'],
  [{ type: 'heal', between: ['n1', 'n2'] }, 'heal n1 n2'],
  [disk({ type: 'full' }), 'disk n2 full'],
  [disk({ type: 'slow', delayMs: 100 }), 'disk n2 slow 100'],
  [{ type: 'cut', ...between }, 'cut n1 n2'],
  [{ type: 'cut', ...between, oneWay: true }, 'cut n1 n2 --one-way'],
  [{ type: 'partition', groups: [['n1', 'n2'], ['n3']] }, 'partition n1,n2 n3'],
  [{ type: 'link', ...between, ...slow }, 'link n1 n2 --delay 100 --jitter 20'],
  [
    { type: 'link', ...between, oneWay: true, drop: 0.3, delayMs: 0, jitterMs: 0 },
    'link n1 n2 --one-way --drop 0.3',
  ],
];

for (const [intent, line] of commandLines) {
  test(`the command line of an intent names the same action and cluster: ${line}`, () => {
    assert.equal(commandLineOf(intent, 'default'), `leto-cluster ${line}`);
    assert.equal(commandLineOf(intent, 'blue'), `leto-cluster --name blue ${line}`);
  });
}
