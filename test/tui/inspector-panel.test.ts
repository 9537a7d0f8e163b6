import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeId } from '../../src/raft/index.js';
import { inspectorLines } from '../../src/tui/inspector-panel.js';
import type { Inspection } from '../../src/tui/scene.js';
import { change, crash, healthy, makeReport } from './fixtures.js';
import { checkFits, checkPictures, nowMs, partitioned, sceneOf, textOf } from './panel-fixtures.js';

const inspection: Inspection = {
  node: nodeId('n2'),
  lines: Array.from(
    { length: 20 },
    (_, at) =>
      `2026-01-02T03:04:${10 + at}.000Z info what happened in the node's own words, line ${at}`,
  ),
  keys: {
    count: 120,
    pairs: Array.from({ length: 20 }, (_, at) => ({
      key: `user:${at}`,
      value: `value ${at} `.repeat(at),
    })),
  },
  prefix: 'user:',
};

const selected = nodeId('n2');

test('a leader shows its peers, its keys and its log lines', () => {
  const scene = sceneOf(partitioned(), { selected, inspection, focus: 'inspector' });
  checkPictures('inspector-leader', inspectorLines, scene, 22);
});

test('facts, keys and log lines share scarce rows', () => {
  const scene = sceneOf(partitioned(), { selected, inspection });
  checkPictures('inspector-low', inspectorLines, scene, 11);
});

test('with very few rows, log lines are shown, or keys while the user searches them', () => {
  const textWith = (prefix: string) => {
    const told = { ...inspection, prefix };
    return textOf(inspectorLines(sceneOf(partitioned(), { selected, inspection: told }), 80, 8));
  };
  assert.match(textWith(''), /logs n2/);
  assert.doesNotMatch(textWith(''), /keys ─/);
  assert.match(textWith('user:'), /user:\n?/);
  assert.doesNotMatch(textWith('user:'), /logs n2/);
});

test('a dead node shows why it died and its last report', () => {
  const scene = sceneOf(crash(), { selected: nodeId('n3') });
  checkPictures('inspector-dead', inspectorLines, scene, 16);
});

test('a follower shows its election timer and its sync latency', () => {
  const report = makeReport({
    electionTimer: { leftMs: 120.4, timeoutMs: 431.7 },
    syncMsP99: 1.25,
  });
  const view = change(healthy(), 'n2', { report, startedAtMs: nowMs - 3_725_000, raftPort: 15380 });
  const text = textOf(inspectorLines(sceneOf(view, { selected }), 80, 20));
  assert.match(text, /^state {4}running, ● follower, up 1 h 2 min$/m);
  assert.match(text, /^ports {4}RESP 127\.0\.0\.1:5380, Raft 15380, HTTP -$/m);
  assert.match(text, /^election term 2, voted for n1, leader n1$/m);
  assert.match(text, /^timer {4}120 of 432 ms left on the election timer$/m);
  assert.match(
    text,
    /^data {5}42 keys, 4\.0 KiB; 3 clients, 0 sessions; syncs take 1\.3 ms \(p99\)$/m,
  );
  assert.match(text, /^n2 has not answered yet$/m);
});

test("the answers of another node are not shown as this node's", () => {
  const scene = sceneOf(healthy(), { selected: nodeId('n1'), inspection });
  assert.doesNotMatch(textOf(inspectorLines(scene, 80, 30)), /user:|in the node's own words/);
});

test('no keys differ from unknown keys', () => {
  const none = { ...inspection, keys: { count: 0, pairs: [] } };
  const text = textOf(inspectorLines(sceneOf(healthy(), { selected, inspection: none }), 80, 30));
  assert.match(text, /^0 keys with prefix user: ─+\nnone\n/m);
});

test('log lines scroll back line by line', () => {
  const scene = sceneOf(healthy(), { selected, inspection, scroll: { inspector: 3 } });
  const text = textOf(inspectorLines(scene, 80, 20));
  assert.match(text, /^ 6 inspector: n2, 3 lines back /);
  assert.match(text, /, line 16$/);
});

test('control characters in keys, values and log lines do not corrupt the screen', () => {
  const evil = 'a\n\x1b[2Jb';
  const keys = { count: 1, pairs: [{ key: evil, value: evil }] };
  const scene = sceneOf(healthy(), {
    selected,
    inspection: { node: selected, lines: [evil], keys, prefix: evil },
  });
  for (const columns of [60, 120]) {
    const lines = inspectorLines(scene, columns, 20);
    checkFits(lines, columns, 20);
    assert.match(textOf(lines), /a \[2Jb = a \[2Jb/);
  }
});

test('a cluster without nodes has nothing to inspect', () => {
  const text = textOf(inspectorLines(sceneOf({ ...healthy(), nodes: [] }), 60, 5));
  assert.match(text, /^ 6 inspector: no node ─+$/);
});
