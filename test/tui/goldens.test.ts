import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { ClusterView } from '../../src/control/index.js';
import { nodeId } from '../../src/raft/index.js';
import type { Size } from '../../src/tui/layout.js';
import { type Paint, paintFor, paintPlain } from '../../src/tui/paint.js';
import { crash, deadLeader, election, healthy } from './fixtures.js';
import { checkGolden } from './golden.js';
import { show } from './harness.js';
import { noteOf, partitioned, timerOf } from './panel-fixtures.js';

const sizes: readonly Size[] = [
  { columns: 60, rows: 15 },
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
];

/** Time is stopped during an election, with held events. */
function stoppedElection(): ClusterView {
  const vote = noteOf('n1', 'n2', 'RequestVote', 'last 7 (term 1)');
  const message = { type: 'message', node: nodeId('n2'), message: vote } as const;
  return { ...healthy(), speed: 0, notes: [vote], held: [message, timerOf('n3', 120)] };
}

interface Scenario {
  readonly name: string;
  readonly view: ClusterView;
  readonly keys: string;
  /** A text that the screen contains after the keys. */
  readonly seen: string;
}

const scenarios: readonly Scenario[] = [
  { name: 'healthy', view: healthy(), keys: '', seen: '> n1' },
  { name: 'dead-leader', view: deadLeader(), keys: '', seen: '> n1' },
  { name: 'election', view: election(), keys: 'j', seen: '> n2' },
  { name: 'crash', view: crash(), keys: 'jj', seen: '> n3' },
  { name: 'nine-nodes', view: healthy(9), keys: 'jjjj', seen: '> n5' },
  { name: 'help', view: healthy(), keys: '?', seen: 'kill the selected' },
  { name: 'log', view: partitioned(), keys: '2', seen: '▶2 log' },
  { name: 'log-zoomed', view: partitioned(), keys: '2+', seen: '▶2 log' },
  { name: 'links', view: partitioned(), keys: '3', seen: '▶3 links' },
  { name: 'messages', view: stoppedElection(), keys: '4', seen: '▶4 messages' },
  { name: 'events', view: healthy(), keys: '/won', seen: 'events matching won' },
  { name: 'inspector', view: healthy(), keys: 'j6', seen: 'n2 follows' },
  { name: 'client', view: healthy(), keys: ':get a\r', seen: 'OK' },
];

async function screenOf(scenario: Scenario, size: Size, paint: Paint): Promise<string> {
  const shown = await show(scenario.view, size, paint);
  if (scenario.keys) shown.press(scenario.keys);
  await shown.sees(scenario.seen);
  const screen = shown.screen();
  shown.close();
  return screen;
}

for (const scenario of scenarios) {
  for (const size of sizes) {
    const title = `${scenario.name}-${size.columns}x${size.rows}`;

    test(`the screen ${title} equals its golden and stays within its size`, async () => {
      const screen = await screenOf(scenario, size, paintPlain);
      const lines = screen.split('\n');
      assert.equal(lines.length, size.rows - 1);
      for (const line of lines) assert.ok(line.length <= size.columns, line);
      checkGolden(title, screen);
    });

    test(`the screen ${title} has the same text without colour`, async () => {
      const plain = await screenOf(scenario, size, paintPlain);
      const coloured = await screenOf(scenario, size, paintFor(8));
      assert.notEqual(coloured, plain);
      assert.equal(stripVTControlCharacters(coloured).replace(/ +$/gm, ''), plain);
      assert.ok(!plain.includes('\x1b'));
    });
  }
}

test('the colours of the screen healthy-80x24 equal its golden', async () => {
  const coloured = await show(healthy(), { columns: 80, rows: 24 }, paintFor(8));
  checkGolden('healthy-80x24-colour', coloured.screen().replaceAll('\x1b', '␛'));
  coloured.close();
});

test('a terminal without colours gets plain text', () => {
  assert.equal(paintFor(1), paintPlain);
});
