import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LetoError } from '../../src/base/errors.js';
import type { Question } from '../../src/control/index.js';
import { columnsMin, rowsMin } from '../../src/tui/layout.js';
import { paintFor } from '../../src/tui/paint.js';
import {
  change,
  crash,
  deadLeader,
  healthy,
  makeEvent,
  makeReport,
  withEvents,
} from './fixtures.js';
import { type Shown, show } from './harness.js';
import { until } from './until.js';

const usual = { columns: 80, rows: 24 };
const up = '\x1b[A';
const down = '\x1b[B';
const esc = '\x1b';

/** Presses `keys` and returns the screen once it contains `seen`. */
async function after(shown: Shown, keys: string, seen: string): Promise<string> {
  shown.press(keys);
  await shown.sees(seen);
  return shown.screen();
}

for (const [keys, seen] of [
  ['j', '> n2'],
  [down, '> n2'],
  ['jj', '> n3'],
  ['jjjjj', '> n3'],
  ['jjk', '> n2'],
  [`${down}${down}${up}`, '> n2'],
] as const) {
  test(`the keys ${JSON.stringify(keys)} move the selection to ${seen}`, async () => {
    const shown = await show(healthy(), usual);
    const screen = await after(shown, keys, seen);
    const nodes = screen.split('\n').slice(2, 5);
    assert.equal(nodes.filter((line) => line.startsWith('> ')).length, 1);
    shown.close();
  });
}

test('k on the first node stays there', async () => {
  const shown = await show(healthy(), usual);
  await after(shown, 'kj', '> n2');
  await after(shown, 'kkk', '> n1');
  shown.close();
});

test('x kills the selected node and shows the command line that does the same', async () => {
  const shown = await show(healthy(), usual);
  await after(shown, 'jx', 'you did: leto-cluster kill n2');
  assert.deepEqual(shown.cluster.intents, [{ type: 'kill', target: 'n2' }]);
  shown.close();
});

test('the command line names the cluster unless it is the default one', async () => {
  const shown = await show({ ...healthy(), cluster: 'lab' }, usual);
  await after(shown, 'x', 'you did: leto-cluster --name lab kill n1');
  shown.close();
});

test('L kills the leader, whatever is selected', async () => {
  const shown = await show(healthy(), usual);
  await after(shown, 'jL', 'you did: leto-cluster kill leader');
  assert.deepEqual(shown.cluster.intents, [{ type: 'kill', target: 'leader' }]);
  shown.close();
});

test('r restarts the selected node when it is dead', async () => {
  const shown = await show(deadLeader(), usual);
  await after(shown, 'r', 'you did: leto-cluster restart n1');
  assert.deepEqual(shown.cluster.intents, [{ type: 'restart', target: 'n1' }]);
  shown.close();
});

test('r says why it does not restart a running node', async () => {
  const shown = await show(deadLeader(), usual);
  await after(shown, 'jr', 'n2 is running: only a dead node can be restarted');
  assert.deepEqual(shown.cluster.intents, []);
  shown.close();
});

test('an action is shown while it runs', async () => {
  const shown = await show(healthy(), usual);
  let finish = () => {};
  shown.cluster.answer = () =>
    new Promise((resolve) => {
      finish = resolve;
    });
  await after(shown, 'x', 'running: leto-cluster kill n1');
  finish();
  await shown.sees('you did: leto-cluster kill n1');
  shown.close();
});

test('a failed action shows its reason over as many lines as needed', async () => {
  const shown = await show(deadLeader(), { columns: 60, rows: 24 });
  const why = 'there is no leader now; name a node, or try again';
  shown.cluster.answer = () => Promise.reject(new LetoError('LETO_NO_SUCH_NODE', why));
  const screen = await after(shown, 'L', 'failed: ');
  assert.match(screen, /^failed: leto-cluster kill leader: there is no leader now;\nname a/m);
  shown.close();
});

test('a failure differs from a success in text and colour', async () => {
  const shown = await show(deadLeader(), usual, paintFor(8));
  await after(shown, 'x', '\n\x1b[1myou did: leto-cluster kill n1');
  shown.cluster.answer = () => Promise.reject(new LetoError('LETO_NODE_STATE', 'n1 is dead'));
  await after(shown, 'x', '\n\x1b[1m\x1b[38;5;166mfailed: leto-cluster kill n1: n1 is dead');
  shown.close();
});

test('a table that is too wide for the terminal is cut', async () => {
  const report = makeReport({ lastLogIndex: 123_456_789_012_345 as never });
  const shown = await show(change(healthy(), 'n2', { report }), { columns: 60, rows: 15 });
  const line = shown.screen().split('\n')[3] ?? '';
  assert.match(line, /n2 .*123456789012345.*…$/);
  assert.equal(line.length, 60);
  shown.close();
});

test('? opens the help, and ? or Esc closes it', async () => {
  const shown = await show(healthy(), usual);
  for (const closing of ['?', esc]) {
    await after(shown, '?', 'kill the selected');
    await after(shown, closing, 'events ─');
  }
  shown.close();
});

test('no node is killed or selected while the help hides the nodes', async () => {
  const shown = await show(healthy(), usual);
  await after(shown, '?', 'kill the selected');
  await after(shown, 'xLrj?', '> n1');
  assert.deepEqual(shown.cluster.intents, []);
  shown.close();
});

for (const key of ['q', '\x03']) {
  test(`${JSON.stringify(key)} quits, from the help and from a small terminal too`, async () => {
    const shown = await show(healthy(), usual);
    shown.press(key);
    assert.equal(shown.asked.quits, 1);
    await after(shown, '?', 'kill the selected');
    shown.press(key);
    assert.equal(shown.asked.quits, 2);
    shown.resize(20, 5);
    await shown.sees('20x5');
    shown.press(key);
    assert.equal(shown.asked.quits, 3);
    shown.close();
  });
}

test('Ctrl-L asks for the screen to be drawn again', async () => {
  const shown = await show(healthy(), usual);
  shown.press('\x0c');
  assert.equal(shown.asked.redraws, 1);
  shown.close();
});

test('a paste does nothing', async () => {
  const shown = await show(healthy(), usual);
  shown.press('x'.repeat(40));
  await after(shown, 'j', '> n2');
  assert.deepEqual(shown.cluster.intents, []);
  shown.close();
});

test('a terminal that is too small shows the required size, and the cluster once it grows', async () => {
  const shown = await show(healthy(), { columns: columnsMin, rows: rowsMin });
  assert.match(shown.screen(), /> n1/);
  for (const [columns, rows] of [
    [columnsMin - 1, rowsMin],
    [columnsMin, rowsMin - 1],
  ] as const) {
    shown.resize(columns, rows);
    await shown.sees(`${columns}x${rows}`);
    const words = shown.screen().replaceAll('\n', ' ');
    assert.match(words, /^leto-cluster needs a terminal of at least 60x15; this one is /);
    shown.resize(columnsMin, rowsMin);
    await shown.sees('> n1');
  }
  shown.close();
});

test('keys do not act on nodes while the terminal is too small to show them', async () => {
  const shown = await show(healthy(), usual);
  shown.resize(20, 5);
  await shown.sees('20x5');
  shown.press('jxLr?');
  shown.resize(80, 24);
  await shown.sees('> n1');
  assert.deepEqual(shown.cluster.intents, []);
  shown.close();
});

test('changes of the view are shown', async () => {
  const shown = await show(healthy(), usual);
  shown.cluster.become(withEvents(shown.cluster.view(), makeEvent(30, 'n2', 'killed')));
  await shown.sees('03:04:30 n2 was killed');
  shown.cluster.become(change(shown.cluster.view(), 'n2', { state: 'dead' }));
  await shown.sees('n2  ✗ dead');
  shown.close();
});

test('nothing is drawn when nothing has changed', async () => {
  const shown = await show(healthy(), usual);
  const frames = shown.frames();
  shown.cluster.become(shown.cluster.view());
  shown.press('k'.repeat(3));
  shown.cluster.become(withEvents(shown.cluster.view(), makeEvent(30, 'n2', 'killed')));
  await shown.sees('n2 was killed');
  assert.ok(shown.frames() - frames <= 2, `${shown.frames() - frames} frames`);
  shown.close();
});

test('when the selected node leaves, the first is selected', async () => {
  const shown = await show(healthy(), usual);
  await after(shown, 'jj', '> n3');
  shown.cluster.become({ ...healthy(2), events: [] });
  await shown.sees('> n1');
  shown.close();
});

test('the reason for a crash is shown in full when there is room', async () => {
  const shown = await show(crash(), usual);
  const words = shown.screen().replace(/\n */g, ' ');
  assert.match(words, /✗ dead +crashed: the disk of n3 .* Free some space, and restart it/);
  shown.close();
});

test('y removes a node, and any other key cancels', async () => {
  const shown = await show(healthy(), usual);
  await after(shown, 'jd', 'remove n2 from the cluster?');
  await after(shown, 'n', 'x kill');
  assert.deepEqual(shown.cluster.intents, []);
  await after(shown, 'd', 'remove n2 from the cluster?');
  await after(shown, 'y', 'you did: leto-cluster remove n2');
  shown.close();
});

test('c and a number cut a link and show the command line that does the same', async () => {
  const shown = await show(healthy(), usual);
  await after(shown, 'c', 'cut or heal link n1 to: [n2]  n3');
  await after(shown, '3', 'you did: leto-cluster cut n1 n3');
  shown.close();
});

test('a typed command is sent to the selected node and its reply shown', async () => {
  const shown = await show(healthy(), usual);
  shown.cluster.reply = async () => ({ lines: ['"b c"'], isFailure: false });
  await after(shown, 'j:set a "b', 'n2> set a "b');
  await after(shown, ' c"\r', '"b c"\n');
  assert.match(shown.screen(), /▶7 client/);
  assert.deepEqual(shown.cluster.commands, [['n2', ['set', 'a', 'b c']]]);
  shown.close();
});

test('a command that fails or cannot be sent shows why', async () => {
  const shown = await show(healthy(), usual);
  await after(shown, ':get "a\r', '✗ unbalanced quotes');
  shown.cluster.reply = () => Promise.reject(new LetoError('LETO_NODE_STATE', 'n1 is silent'));
  await after(shown, ':get a\r', '✗ n1 is silent');
  shown.close();
});

test('a paste goes into an open prompt and does not submit it', async () => {
  const shown = await show(healthy(), usual);
  await after(shown, ':', 'n1> _');
  await after(shown, `set a ${'x'.repeat(30)}\rxxx`, `${'x'.repeat(30)} xxx`);
  assert.deepEqual(shown.cluster.intents, []);
  assert.deepEqual(shown.cluster.commands, []);
  shown.close();
});

test('w starts and stops counted background writes to the leader', async () => {
  const shown = await show(healthy(), usual);
  await after(shown, 'w', 'writing 2');
  shown.cluster.reply = async () => ({ lines: ['(error) no'], isFailure: true });
  await shown.sees('failed 1');
  await after(shown, 'w', 'wrote');
  assert.deepEqual(shown.cluster.commands.slice(0, 2), [
    ['n1', ['SET', 'trickle', '1']],
    ['n1', ['SET', 'trickle', '2']],
  ]);
  shown.close();
});

test('without a leader every background write fails', async () => {
  const shown = await show(deadLeader(), usual);
  await after(shown, 'w', 'writing 0 failed 1');
  assert.deepEqual(shown.cluster.commands, []);
  shown.close();
});

test('the inspector polls the selected node while it is visible', async () => {
  const shown = await show(healthy(), usual);
  assert.deepEqual(shown.cluster.questions, []);
  await after(shown, 'j6', 'n2 follows');
  await after(shown, '/b', 'keys with prefix: b');
  const { questions } = shown.cluster;
  await until(
    () => questions.some((one: Question) => one.type === 'keys' && one.prefix === 'b'),
    () => JSON.stringify(questions),
  );
  assert.ok(questions.every(({ node }) => node === 'n2'));
  shown.close();
});

test('a panel zooms to the whole screen and back', async () => {
  const shown = await show(healthy(), usual);
  const zoomed = await after(shown, '5+', '▶5 events');
  assert.doesNotMatch(zoomed, /1 id/);
  await after(shown, esc, ' 1 id');
  shown.close();
});
