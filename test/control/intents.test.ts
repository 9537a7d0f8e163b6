import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandLineOf, type Intent, resolveTarget } from '../../src/control/index.js';
import { clusterView, nodeView } from './fixtures.js';

const kill = (target: string): Intent => ({ type: 'kill', target });
const restart = (target: string): Intent => ({ type: 'restart', target });

test('a node is meant by its id', () => {
  assert.deepEqual(resolveTarget(clusterView(), kill('n2')), ['n2']);
  assert.deepEqual(resolveTarget(clusterView(), restart('n3')), ['n3']);
});

test('all means every node, alive or not', () => {
  const view = clusterView(nodeView('n2', { state: 'dead' }));
  assert.deepEqual(resolveTarget(view, kill('all')), ['n1', 'n2', 'n3']);
  assert.deepEqual(resolveTarget(view, restart('all')), ['n1', 'n2', 'n3']);
});

test('leader means who leads now', () => {
  assert.deepEqual(resolveTarget(clusterView(), kill('leader')), ['n1']);
});

const view = clusterView();
const leaderless = clusterView(nodeView('n1'));

const refusals = [
  {
    what: 'an unknown node',
    view,
    intent: kill('n7'),
    message: 'there is no node n7; there are n1, n2, n3',
  },
  {
    what: 'a node in upper case',
    view,
    intent: kill('N1'),
    message: 'there is no node N1; there are n1, n2, n3',
  },
  {
    what: 'no name at all',
    view,
    intent: kill(''),
    message: 'there is no node ; there are n1, n2, n3',
  },
  {
    what: 'the leader where there is none',
    view: leaderless,
    intent: kill('leader'),
    message: 'there is no leader now; name a node, or try again',
  },
  {
    what: 'a leader to restart, as one that leads is not dead',
    view,
    intent: restart('leader'),
    message: 'there is no node leader; there are n1, n2, n3',
  },
];

for (const { what, view: seen, intent, message } of refusals) {
  test(`${what} is refused`, () => {
    assert.throws(() => resolveTarget(seen, intent), {
      name: 'LetoError',
      code: 'LETO_NO_SUCH_NODE',
      message,
    });
  });
}

test('the command line of an intent does the same, in the same cluster', () => {
  assert.equal(commandLineOf(kill('leader'), 'default'), 'leto-cluster kill leader');
  assert.equal(commandLineOf(restart('n2'), 'default'), 'leto-cluster restart n2');
  assert.equal(commandLineOf(kill('all'), 'blue'), 'leto-cluster --name blue kill all');
});
