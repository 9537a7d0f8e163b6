import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ClusterView,
  diffLinks,
  type FaultyLink,
  faultyLinksAfter,
  foldTelemetry,
  type LinkIntent,
} from '../../src/control/index.js';
import { clusterView, nodeView } from './fixtures.js';

const between = { from: 'n1', to: 'n2', oneWay: false };
const slow = { drop: 0.3, delayMs: 100, jitterMs: 20 };
const five: ClusterView = {
  ...clusterView(),
  nodes: [...clusterView().nodes, nodeView('n4'), nodeView('n5')],
};

/** The view after some intents. */
function after(view: ClusterView, ...intents: readonly LinkIntent[]): ClusterView {
  return intents.reduce(
    (now, intent) => foldTelemetry(now, { type: 'links', links: faultyLinksAfter(now, intent) }),
    view,
  );
}

/** The links that are cut, as `1-2 2-1` for both directions between n1 and n2. */
function cutsOf({ links }: ClusterView): string {
  return links
    .filter(({ cut }) => cut)
    .map(({ from, to }) => `${from}-${to}`.replaceAll('n', ''))
    .join(' ');
}

const cuts: readonly (readonly [what: string, LinkIntent, cuts: string])[] = [
  ['a cut goes both ways', { type: 'cut', ...between }, '1-2 2-1'],
  ['a one-way cut leaves the way back open', { type: 'cut', ...between, oneWay: true }, '1-2'],
  ['a node is isolated from all others', { type: 'isolate', target: 'n2' }, '1-2 2-1 2-3 3-2'],
  ['the leader is isolated', { type: 'isolate', target: 'leader' }, '1-2 1-3 2-1 3-1'],
  [
    'a partition cuts the links between groups',
    { type: 'partition', groups: [['n2', 'n3'], ['n1']] },
    '1-2 1-3 2-1 3-1',
  ],
  ['unlisted nodes form a group', { type: 'partition', groups: [['n3']] }, '1-3 2-3 3-1 3-2'],
  [
    'a group may be a single node',
    { type: 'partition', groups: [['n1'], ['n2']] },
    '1-2 1-3 2-1 2-3 3-1 3-2',
  ],
  ['heal leaves no link cut', { type: 'heal' }, ''],
];

for (const [what, intent, expected] of cuts) {
  test(`${what}`, () => assert.equal(cutsOf(after(clusterView(), intent)), expected));
}

test('five nodes in groups of 2 and 3 keep the links inside each group', () => {
  const view = after(five, {
    type: 'partition',
    groups: [
      ['n1', 'n2'],
      ['n3', 'n4', 'n5'],
    ],
  });
  assert.equal(view.links.length, 12);
  assert.equal(cutsOf(view).includes('1-2'), false);
  assert.equal(cutsOf(view).includes('4-5'), false);
});

test('a partition replaces earlier cuts, and leaves slow links slow', () => {
  const view = after(
    clusterView(),
    { type: 'link', ...between, ...slow },
    { type: 'isolate', target: 'n2' },
    { type: 'partition', groups: [['n3']] },
  );
  assert.equal(cutsOf(view), '1-3 2-3 3-1 3-2');
  const [link] = view.links;
  assert.deepEqual(link, { from: 'n1', to: 'n2', cut: false, ...slow });
});

test('cuts accumulate', () => {
  const isolate = (target: string): LinkIntent => ({ type: 'isolate', target });
  assert.equal(after(clusterView(), isolate('n1'), isolate('n2')).links.length, 6);
});

test('a link that is cut stays cut when it becomes slow, and slow when it is cut', () => {
  const cut: LinkIntent = { type: 'cut', ...between };
  const link: LinkIntent = { type: 'link', ...between, ...slow };
  const expected = [
    { from: 'n1', to: 'n2', cut: true, ...slow },
    { from: 'n2', to: 'n1', cut: true, ...slow },
  ];
  assert.deepEqual(after(clusterView(), cut, link).links, expected);
  assert.deepEqual(after(clusterView(), link, cut).links, expected);
});

test('a link without drop, delay and jitter is healthy again, and not listed', () => {
  const healthy = { drop: 0, delayMs: 0, jitterMs: 0 };
  const view = after(
    clusterView(),
    { type: 'link', ...between, ...slow },
    { type: 'link', ...between, ...healthy, oneWay: true },
  );
  assert.deepEqual(view.links, [{ from: 'n2', to: 'n1', cut: false, ...slow }]);
});

const refusals: readonly (readonly [what: string, LinkIntent, code: string, message: RegExp])[] = [
  [
    'an unknown node',
    { type: 'cut', ...between, to: 'n9' },
    'NO_SUCH_NODE',
    /no node n9; the nodes are/,
  ],
  ['leader as an end', { type: 'cut', ...between, to: 'leader' }, 'NO_SUCH_NODE', /no node leader/],
  [
    'a link from a node to itself',
    { type: 'heal', between: ['n1', 'n1'] },
    'BAD_OPTION',
    /two different nodes; both are n1/,
  ],
  [
    'a cut from a node to itself',
    { type: 'cut', ...between, to: 'n1' },
    'BAD_OPTION',
    /two different nodes; both are n1/,
  ],
  [
    'an unknown node in a group',
    { type: 'partition', groups: [['n1', 'n7']] },
    'NO_SUCH_NODE',
    /n7/,
  ],
  ['no group', { type: 'partition', groups: [] }, 'BAD_OPTION', /one node or more/],
  ['an empty group', { type: 'partition', groups: [['n1'], []] }, 'BAD_OPTION', /one node or more/],
  [
    'a group with no name',
    { type: 'partition', groups: [['n1', '']] },
    'BAD_OPTION',
    /one node or more/,
  ],
  [
    'a node in two groups',
    { type: 'partition', groups: [['n1'], ['n1']] },
    'BAD_OPTION',
    /n1 is listed twice/,
  ],
  [
    'a node twice in one group',
    { type: 'partition', groups: [['n1', 'n1']] },
    'BAD_OPTION',
    /n1 is listed twice/,
  ],
  ['all in one group', { type: 'partition', groups: [['n1', 'n2', 'n3']] }, 'BAD_OPTION', /`heal`/],
  ['a drop above 1', { type: 'link', ...between, ...slow, drop: 30 }, 'BAD_OPTION', /drop is 30/],
  [
    'a drop below 0',
    { type: 'link', ...between, ...slow, drop: -0.1 },
    'BAD_OPTION',
    /from 0 to 1/,
  ],
  [
    'a drop that is not a number',
    { type: 'link', ...between, ...slow, drop: Number.NaN },
    'BAD_OPTION',
    /NaN/,
  ],
  [
    'a delay below 0',
    { type: 'link', ...between, ...slow, delayMs: -1 },
    'BAD_OPTION',
    /delay is -1/,
  ],
  [
    'a delay above the limit',
    { type: 'link', ...between, ...slow, delayMs: 1e9 },
    'BAD_OPTION',
    /60000 ms/,
  ],
  [
    'a jitter below 0',
    { type: 'link', ...between, ...slow, jitterMs: -1 },
    'BAD_OPTION',
    /jitter is -1/,
  ],
];

for (const [what, intent, code, message] of refusals) {
  test(`refused: ${what}`, () => {
    const expected = { name: 'LetoError', code: `LETO_${code}`, message };
    assert.throws(() => faultyLinksAfter(clusterView(), intent), expected);
  });
}

/** The changes, as `from-to` for one direction and `from=to` for both. */
function changesOf(before: readonly FaultyLink[], view: ClusterView): string {
  return diffLinks(before, view.links)
    .map(({ from, to, oneWay, cut }) => `${from}${oneWay ? '-' : '='}${to}${cut ? ' cut' : ''}`)
    .join(', ');
}

test('a change that is the same in both directions is listed once', () => {
  const isolated = after(clusterView(), { type: 'isolate', target: 'n2' });
  assert.equal(changesOf([], isolated), 'n1=n2 cut, n2=n3 cut');
  assert.equal(changesOf(isolated.links, after(isolated, { type: 'heal' })), 'n1=n2, n2=n3');
});

test('only changed links are listed', () => {
  const oneWay = after(clusterView(), { type: 'cut', ...between, oneWay: true });
  assert.equal(changesOf([], oneWay), 'n1-n2 cut');
  const isolated = after(oneWay, { type: 'isolate', target: 'n1' });
  assert.equal(changesOf(oneWay.links, isolated), 'n1=n3 cut, n2-n1 cut');
  assert.equal(changesOf(isolated.links, isolated), '');
});

test('directions that change differently are listed separately', () => {
  const lossy = after(clusterView(), { type: 'link', ...between, ...slow, oneWay: true });
  assert.equal(
    changesOf(lossy.links, after(lossy, { type: 'cut', ...between })),
    'n1-n2 cut, n2-n1 cut',
  );
});

test('healing one link leaves the others cut', () => {
  const isolated = after(clusterView(), { type: 'isolate', target: 'n2' });
  assert.equal(cutsOf(after(isolated, { type: 'heal', between: ['n2', 'n1'] })), '2-3 3-2');
});
