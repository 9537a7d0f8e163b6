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
    (seen, intent) => foldTelemetry(seen, { type: 'links', links: faultyLinksAfter(seen, intent) }),
    view,
  );
}

function cutsOf({ links }: ClusterView): string {
  return links
    .filter(({ cut }) => cut)
    .map(({ from, to }) => `${from}-${to}`.replaceAll('n', ''))
    .join(' ');
}

const cuts: readonly (readonly [what: string, LinkIntent, cuts: string])[] = [
  ['a cut goes both ways', { type: 'cut', ...between }, '1-2 2-1'],
  ['a one-way cut goes from the first', { type: 'cut', ...between, oneWay: true }, '1-2'],
  ['a node is isolated from all others', { type: 'isolate', target: 'n2' }, '1-2 2-1 2-3 3-2'],
  ['the leader is isolated', { type: 'isolate', target: 'leader' }, '1-2 1-3 2-1 3-1'],
  [
    'groups hear only themselves',
    { type: 'partition', groups: [['n2', 'n3'], ['n1']] },
    '1-2 1-3 2-1 3-1',
  ],
  ['nodes in no group are a group', { type: 'partition', groups: [['n3']] }, '1-3 2-3 3-1 3-2'],
  ['each may be alone', { type: 'partition', groups: [['n1'], ['n2']] }, '1-2 1-3 2-1 2-3 3-1 3-2'],
  ['heal leaves nothing', { type: 'heal' }, ''],
];

for (const [what, intent, expected] of cuts) {
  test(`${what}`, () => assert.equal(cutsOf(after(clusterView(), intent)), expected));
}

test('of five nodes in groups of 2 and 3 each hears its own', () => {
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

test('a partition takes the place of the cuts before it, and leaves slow links slow', () => {
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

test('cuts come on top of each other', () => {
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

test('a link without drop, delay and jitter is sound again, and not listed', () => {
  const sound = { drop: 0, delayMs: 0, jitterMs: 0 };
  const view = after(
    clusterView(),
    { type: 'link', ...between, ...slow },
    { type: 'link', ...between, ...sound, oneWay: true },
  );
  assert.deepEqual(view.links, [{ from: 'n2', to: 'n1', cut: false, ...slow }]);
});

const refusals: readonly (readonly [what: string, LinkIntent, code: string, message: RegExp])[] = [
  [
    'an unknown node',
    { type: 'cut', ...between, to: 'n9' },
    'NO_SUCH_NODE',
    /no node n9; there are/,
  ],
  ['leader as an end', { type: 'cut', ...between, to: 'leader' }, 'NO_SUCH_NODE', /no node leader/],
  [
    'one node twice',
    { type: 'heal', between: ['n1', 'n1'] },
    'BAD_OPTION',
    /two ends; both are n1/,
  ],
  ['one end twice', { type: 'cut', ...between, to: 'n1' }, 'BAD_OPTION', /two ends; both are n1/],
  ['a node that is nowhere', { type: 'partition', groups: [['n1', 'n7']] }, 'NO_SUCH_NODE', /n7/],
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
    /n1 is in two/,
  ],
  [
    'a node twice in one',
    { type: 'partition', groups: [['n1', 'n1']] },
    'BAD_OPTION',
    /n1 is in two/,
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
    'a drop that is none',
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
    'a delay without end',
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

/** As `from-to` for one way, and `from=to` for both. */
function changesOf(before: readonly FaultyLink[], view: ClusterView): string {
  return diffLinks(before, view.links)
    .map(({ from, to, oneWay, cut }) => `${from}${oneWay ? '-' : '='}${to}${cut ? ' cut' : ''}`)
    .join(', ');
}

test('a change that is the same both ways is told once', () => {
  const isolated = after(clusterView(), { type: 'isolate', target: 'n2' });
  assert.equal(changesOf([], isolated), 'n1=n2 cut, n2=n3 cut');
  assert.equal(changesOf(isolated.links, after(isolated, { type: 'heal' })), 'n1=n2, n2=n3');
});

test('only what has changed is told', () => {
  const oneWay = after(clusterView(), { type: 'cut', ...between, oneWay: true });
  assert.equal(changesOf([], oneWay), 'n1-n2 cut');
  const isolated = after(oneWay, { type: 'isolate', target: 'n1' });
  assert.equal(changesOf(oneWay.links, isolated), 'n1=n3 cut, n2-n1 cut');
  assert.equal(changesOf(isolated.links, isolated), '');
});

test('ways that change in different manners are told apart', () => {
  const lossy = after(clusterView(), { type: 'link', ...between, ...slow, oneWay: true });
  assert.equal(
    changesOf(lossy.links, after(lossy, { type: 'cut', ...between })),
    'n1-n2 cut, n2-n1 cut',
  );
});

test('one link is made whole, and the others stay cut', () => {
  const isolated = after(clusterView(), { type: 'isolate', target: 'n2' });
  assert.equal(cutsOf(after(isolated, { type: 'heal', between: ['n2', 'n1'] })), '2-3 3-2');
});
