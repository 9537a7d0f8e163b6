import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrange, type Band, isPanelShown } from '../../src/tui/arrange.js';
import type { Size } from '../../src/tui/layout.js';
import {
  initialUi,
  type PanelName,
  panelNames,
  type Scene,
  type UiState,
} from '../../src/tui/scene.js';
import { crash, healthy } from './fixtures.js';

function sceneOf(view: Scene['view'], ui: Partial<UiState> = {}): Scene {
  return { view, ui: { ...initialUi, ...ui }, version: '1.2.3', quitMode: 'stop', nowMs: 0 };
}

function rowsOf(bands: readonly Band[]): number {
  const heights = bands.map((band) =>
    band.map(({ panels }) => panels.reduce((sum, { rows }) => sum + rows, 0)),
  );
  return heights.reduce((sum, stacks) => sum + Math.max(...stacks), 0);
}

function columnsOf(band: Band): number {
  return band.reduce((sum, { columns }) => sum + columns, band.length - 1);
}

const namesOf = (bands: readonly Band[]) =>
  bands.flat().flatMap(({ panels }) => panels.map(({ panel }) => panel.name));

const sizes: readonly Size[] = [60, 80, 109, 110, 120, 200].flatMap((columns) =>
  [15, 16, 20, 24, 31, 32, 40, 60].map((rows) => ({ columns, rows })),
);
const views = [healthy(1), healthy(), healthy(9), crash()];
const focused = (name: PanelName): Partial<UiState> =>
  name === 'nodes' || name === 'log' ? { focus: name } : { focus: name, lower: name };

for (const focus of panelNames) {
  test(`the panel ${focus} is shown exactly once when it has the focus, at any size`, () => {
    for (const size of sizes) {
      for (const view of views) {
        for (const isZoomed of [false, true]) {
          const bands = arrange(sceneOf(view, { ...focused(focus), isZoomed }), size);
          const told = `${size.columns}x${size.rows}, ${view.nodes.length} nodes`;
          assert.ok(rowsOf(bands) <= size.rows - 1, told);
          for (const band of bands) assert.ok(columnsOf(band) <= size.columns, told);
          assert.ok(isPanelShown(bands, focus), told);
          assert.equal(namesOf(bands).length, new Set(namesOf(bands)).size, told);
          assert.ok(namesOf(bands).includes('status') && namesOf(bands).includes('hint'), told);
        }
      }
    }
  });
}

test('a wide terminal shows all panels, whichever has the focus', () => {
  for (const focus of panelNames) {
    const bands = arrange(sceneOf(healthy(), focused(focus)), { columns: 120, rows: 40 });
    for (const name of panelNames) assert.ok(isPanelShown(bands, name), `${name} beside ${focus}`);
  }
});

test('an 80x24 terminal shows nodes, log and the panel that last had the focus', () => {
  const ui = { focus: 'nodes', lower: 'links' } as const;
  const bands = arrange(sceneOf(healthy(), ui), { columns: 80, rows: 24 });
  assert.deepEqual(namesOf(bands), ['title', 'nodes', 'log', 'links', 'status', 'hint']);
});

test('on the smallest terminal the log is below the nodes when it has the focus', () => {
  const size = { columns: 60, rows: 15 };
  const names = (focus: PanelName) => namesOf(arrange(sceneOf(healthy(), { focus }), size));
  assert.deepEqual(names('nodes'), ['title', 'nodes', 'events', 'status', 'hint']);
  assert.deepEqual(names('log'), ['title', 'nodes', 'log', 'status', 'hint']);
});

test('a zoomed panel or the help fills the screen', () => {
  const size = { columns: 120, rows: 40 };
  const zoomed = arrange(sceneOf(healthy(), { focus: 'links', isZoomed: true }), size);
  assert.deepEqual(namesOf(zoomed), ['title', 'links', 'status', 'hint']);
  const help = arrange(sceneOf(healthy(), { isHelpOpen: true }), size);
  assert.deepEqual(namesOf(help), ['title', 'help', 'status', 'hint']);
});
