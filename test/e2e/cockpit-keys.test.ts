/** Every key of the terminal UI, pressed in a real terminal on a real cluster. */

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { keyBindings } from '../../src/tui/key-bindings.js';
import { Program } from '../helpers/program.js';
import { fileEnding } from '../helpers/resources.js';
import { missing } from '../helpers/tools.js';
import { Cockpit } from './cockpit.js';

const options = { skip: missing('tmux'), timeout: 240_000 };

const file = fileEnding();
let program: Program;
let cockpit: Cockpit;

before(async () => {
  if (options.skip) return;
  program = Program.create(file);
  const size = { columns: 80, rows: 24 };
  cockpit = await Cockpit.open(file, { program, name: 'keys', nodes: 3, ...size });
});

const node = (id: string) => cockpit.view().nodes.find((one) => one.id === id);
const state = (id: string) => node(id)?.state;
const follower = () => cockpit.view().nodes.find(({ id }) => id !== cockpit.leader())?.id ?? '';

/** Returns whether an event of this kind has happened to the node. */
const happened = (event: string, id: string | null) =>
  cockpit.view().events.some((one) => one.event === event && one.node === id);

test('arrows and j, k select a node', options, async () => {
  await cockpit.select('n1');
  await cockpit.isSeen(/^> n2/m, 'j');
  await cockpit.isSeen(/^> n3/m, 'Down');
  await cockpit.isSeen(/^> n2/m, 'Up');
  await cockpit.isSeen(/^> n1/m, 'k');
});

test('w writes to the leader until it is pressed again', options, async () => {
  await cockpit.untilReady();
  await cockpit.isSeen(/ {2}writing [2-9]/, 'w');
  await cockpit.isSeen(/ {2}wrote [2-9]/, 'w');
  await cockpit.until(({ nodes }) => nodes.every(({ report }) => report?.keys === 1));
});

test('x kills, r restarts the selected node, and only when it is dead', options, async () => {
  const id = follower();
  await cockpit.select(id);
  await cockpit.isSeen(new RegExp(`you did: leto-cluster kill ${id}`), 'x');
  await cockpit.until(() => state(id) === 'dead');
  await cockpit.isSeen(new RegExp(`you did: leto-cluster restart ${id}`), 'r');
  await cockpit.until(() => state(id) === 'running');
  await cockpit.isSeen(new RegExp(`${id} is running: only a dead node`), 'r');
});

test('p pauses the selected node and resumes it', options, async () => {
  const id = follower();
  await cockpit.select(id);
  await cockpit.isSeen(new RegExp(`you did: leto-cluster pause ${id}`), 'p');
  await cockpit.until(() => state(id) === 'paused');
  await cockpit.isSeen(new RegExp(`> ${id} +‖ paused`));
  await cockpit.isSeen(new RegExp(`you did: leto-cluster resume ${id}`), 'p');
  await cockpit.until(() => state(id) === 'running');
});

test(
  't transfers leadership to the selected node, s makes it take a snapshot',
  options,
  async () => {
    let id = '';
    await cockpit.does('transfer', ['t'], async () => {
      id = follower();
      await cockpit.select(id);
    });
    await cockpit.until(({ events }) =>
      events.some(({ event, target }) => event === 'transferStarted' && target === id),
    );
    await cockpit.does('snapshot', ['s']);
    await cockpit.until(() => (node(id)?.report?.snapshotIndex ?? 0) > 0);
  },
);

test('c cuts and heals a link, i isolates a node, h heals all links', options, async () => {
  await cockpit.select('n1');
  const cuts = (count: number) => cockpit.until(({ links }) => links.length === count);
  await cockpit.isSeen(/cut or heal link n1 to: \[n2\] +n3/, 'c');
  await cockpit.isSeen(/you did: leto-cluster cut n1 n3/, '3');
  await cuts(2);
  await cockpit.isSeen(/link n1 to: \[n2\] +n3/, 'c');
  await cockpit.isSeen(/link n1 to: +n2 +\[n3\]/, 'Right');
  await cockpit.isSeen(/link n1 to: \[n2\] +n3/, 'Left');
  await cockpit.isSeen(/you did: leto-cluster heal n1 n3/, 'Right', 'Enter');
  await cuts(0);
  await cockpit.isSeen(/you did: leto-cluster isolate n1/, 'i');
  await cuts(4);
  await cockpit.isSeen(/you did: leto-cluster heal$/m, 'h');
  await cuts(0);
});

test('D breaks and repairs a disk', options, async () => {
  await cockpit.isSeen(/set the disk of n1 to: \[1 ok\] +2 slow/, 'D');
  await cockpit.isSeen(/you did: leto-cluster disk n1 slow 100/, '2');
  await cockpit.until(() => happened('diskChanged', 'n1'));
  await cockpit.isSeen(/you did: leto-cluster disk n1 ok/, 'D', '1');
});

test('[ and ] change the speed, space stops time, n steps', options, async () => {
  const speed = (wanted: number) => cockpit.until((view) => view.speed === wanted);
  await cockpit.isSeen(/you did: leto-cluster speed 0\.5/, '[');
  await speed(0.5);
  await cockpit.isSeen(/you did: leto-cluster speed 1/, ']');
  await speed(1);
  await cockpit.isSeen(/time is stopped: n runs the first of these/, 'Space');
  await speed(0);
  await cockpit.until(({ held }) => held.length > 0);
  const before = JSON.stringify(cockpit.view().held);
  await cockpit.isSeen(/you did: leto-cluster step/, 'n');
  await cockpit.until(({ held }) => JSON.stringify(held) !== before);
  await cockpit.isSeen(/you did: leto-cluster speed 1/, 'Space');
  await speed(1);
});

test('T aligns the election timers, and L kills the leader', options, async () => {
  await cockpit.does('align', ['T']);
  await cockpit.until(() => happened('timersAligned', null));
  let leader = '';
  await cockpit.does('kill leader', ['L'], async () => {
    leader = cockpit.leader();
  });
  await cockpit.until(({ nodes }) => nodes.some(({ state }) => state === 'dead'));
  await cockpit.until(() => cockpit.leader() !== '' && cockpit.leader() !== leader);
  await cockpit.isSeen(/you did: leto-cluster restart/, 'r');
  await cockpit.untilReady();
});

test(
  'a adds a voter, d removes it after a question; A adds a learner, P promotes it',
  options,
  async () => {
    await cockpit.does('add', ['a']);
    const isVoter = () => node('n4')?.report?.voter;
    await cockpit.until(() => isVoter() === true);
    await cockpit.select('n4');
    await cockpit.isSeen(/remove n4 from the cluster\?/, 'd');
    await cockpit.isSeen(/select .* kill/, 'x');
    assert.equal(state('n4'), 'running');
    await cockpit.does('remove n4', ['d', 'y']);
    await cockpit.until(() => node('n4') === undefined);
    await cockpit.does('add --learner', ['A']);
    await cockpit.until(() => isVoter() === false);
    await cockpit.does('promote n4', ['P'], () => cockpit.select('n4'));
    await cockpit.until(() => isVoter() === true);
    await cockpit.does('remove n4', ['d', 'y'], () => cockpit.select('n4'));
    await cockpit.until(({ nodes }) => nodes.length === 3);
  },
);

test(': sends a command to the selected node, arrows recall the last one', options, async () => {
  for (let isDone = false; !isDone; ) {
    await cockpit.untilReady();
    await cockpit.select(cockpit.leader());
    const screen = await cockpit.isSeen(/n\d> set a "b c"\n(OK|✗)/, ':', 'set a "b c"', 'Enter');
    isDone = screen.includes('\nOK');
  }
  await cockpit.isSeen(/> set a "b c"_/, ':', 'Up');
  await cockpit.isSeen(/> get a_/, 'C-u', 'get a');
  await cockpit.isSeen(/> get a\n"b c"/, 'Enter');
});

test(
  'digits, Tab and Shift-Tab move between panels, + and _ zoom, Esc goes back',
  options,
  async () => {
    const panels = ['id', 'log', 'links', 'messages', 'events', 'inspector', 'client'];
    const head = (at: number) => new RegExp(`▶${at + 1} ${panels[at]}`);
    for (const at of [6, 5, 4, 3, 2, 1, 0]) await cockpit.isSeen(head(at), String(at + 1));
    await cockpit.isSeen(head(6), 'BTab');
    await cockpit.isSeen(head(0), 'Tab');
    await cockpit.isSeen(head(1), 'Tab');
    const alone = /^leto-cluster.*\n▶2 log/;
    await cockpit.isSeen(alone, '+');
    await cockpit.isSeen(/1 id .*\n[\s\S]*▶2 log/, '_');
    await cockpit.isSeen(alone, '+');
    await cockpit.isSeen(/1 id .*\n[\s\S]*▶2 log/, 'Escape');
  },
);

test('/ filters events by words, and keys in the inspector by prefix', options, async () => {
  await cockpit.isSeen(/events matching killed[\s\S]*n\d was killed/, '5', '/', 'killed');
  const screen = await cockpit.isSeen(/x kill/, 'Enter');
  assert.doesNotMatch(screen, /is a candidate/);
  await cockpit.isSeen(/▶5 events ─/, 'Escape');
  await cockpit.isSeen(/2 keys ─[\s\S]*a = /, '6', '+');
  await cockpit.isSeen(/1 key with prefix tri/, '/', 'tri', 'Enter');
  await cockpit.isSeen(/▶6 inspector: n/, 'Escape');
  await cockpit.isSeen(/2 keys ─/, 'Escape');
});

test('the scroll keys reach the oldest entries, and the newest again', options, async () => {
  await cockpit.isSeen(/events, 1 back/, '5', 'k');
  await cockpit.isSeen(/events, 11 back/, 'PageUp');
  await cockpit.isSeen(/events, 1 back/, 'PageDown');
  await cockpit.isSeen(/n1 started/, 'g');
  await cockpit.isSeen(/▶5 events ─/, 'G');
  await cockpit.isSeen(/n1 started/, 'Home');
  await cockpit.isSeen(/▶5 events ─/, 'End');
  await cockpit.isSeen(/log, 1 entries back/, '2', 'Left');
  await cockpit.isSeen(/▶2 log ─/, 'Right');
});

test('? shows the keys of the focused panel', options, async () => {
  for (const [at, panel] of [
    'nodes',
    'log',
    'links',
    'messages',
    'events',
    'inspector',
    'client',
  ].entries()) {
    await cockpit.isSeen(new RegExp(`${panel}: `), String(at + 1), '?');
    await cockpit.isSeen(new RegExp(`▶${at + 1} `), at % 2 === 0 ? '?' : 'Escape');
  }
});

test('Ctrl-L redraws the screen after another program wrote to it', options, async () => {
  cockpit.terminal.overwrite('\x1b[2Jforeign text');
  await cockpit.isSeen(/^leto-cluster default [\s\S]*q quit/, 'C-l');
  assert.doesNotMatch(cockpit.terminal.screen(), /foreign text/);
});

test(
  'every panel fits the screen in each size, and NO_COLOR removes all colours',
  options,
  async () => {
    for (const [columns, rows] of [
      [60, 15],
      [120, 40],
    ] as const) {
      cockpit.terminal.resize(columns, rows);
      // The program learns of the new size a moment later.
      await cockpit.terminal.shows(new RegExp(`^(.*\\n){${rows - 2}}.*q quit`));
      for (const digit of ['7', '6', '5', '4', '3', '2', '1']) {
        const screen = await cockpit.isSeen(
          new RegExp(`^leto-cluster.*▶${digit} .*q quit`, 's'),
          digit,
        );
        assert.equal(screen.split('\n')[rows - 1], '', screen);
      }
    }
    const screen = cockpit.terminal.screen();
    for (const digit of '1234567') assert.match(screen, new RegExp(`[▶ ]${digit} (id|[a-z]+)`));
    assert.ok(!cockpit.terminal.colouredScreen().includes('\x1b['));
  },
);

test('q stops the cluster, and every key has been pressed', options, async () => {
  await cockpit.isSeen(/ended with 0/, 'q');
  assert.equal((await program.run('status')).code, 3);
  const names: Record<string, string> = {
    '↑': 'Up',
    '↓': 'Down',
    '←': 'Left',
    '→': 'Right',
    'Shift-Tab': 'BTab',
    space: 'Space',
    Esc: 'Escape',
    'Ctrl-L': 'C-l',
    'Ctrl-C': 'q',
  };
  const keys = keyBindings.flatMap((binding) => binding.keys.map((key) => names[key] ?? key));
  assert.deepEqual(
    keys.filter((key) => !cockpit.pressed.has(key)),
    [],
  );
});
