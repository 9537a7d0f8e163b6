/**
 * Decides which panels are visible at a terminal size and where. layout.ts distributes the rows;
 * app.tsx draws the result.
 */

import { allocateRows, type RowDemand, rowsFor, type Size } from './layout.js';
import type { Panel } from './panel.js';
import { helpPanel, hintLine, panels, statusLine, titleLine } from './panels.js';
import type { PanelName, Scene } from './scene.js';

/** A panel and the rows it gets. */
interface PlacedPanel {
  readonly panel: Panel;
  readonly rows: number;
}

/** Panels stacked vertically. */
export interface PanelStack {
  readonly columns: number;
  readonly panels: readonly PlacedPanel[];
}

/** Stacks side by side. The bands of a screen are stacked vertically. */
export type Band = readonly PanelStack[];

/** The size from which on all panels are shown. */
const wideSize: Size = { columns: 110, rows: 32 };

const all = Number.POSITIVE_INFINITY;

/** Returns the visible panels, from top to bottom, with their sizes. */
export function arrange(scene: Scene, size: Size): readonly Band[] {
  const rows = rowsFor(size);
  const { isHelpOpen, isZoomed, focus } = scene.ui;
  if (isHelpOpen) return oneStack(scene, size, [wholeScreen(helpPanel)]);
  if (isZoomed) return oneStack(scene, size, [wholeScreen(panels[focus])]);
  const isWide = size.columns >= wideSize.columns && size.rows >= wideSize.rows;
  return isWide
    ? wideScreen(scene, { ...size, rows })
    : oneStack(scene, size, lowerPanels(scene, size));
}

/** True when `bands` contain the panel. */
export function isPanelShown(bands: readonly Band[], name: PanelName): boolean {
  return bands.flat().some((stack) => stack.panels.some(({ panel }) => panel.name === name));
}

interface PanelDemand extends RowDemand {
  readonly panel: Panel;
}

function demandOf(panel: Panel, scene: Scene, columns: number): PanelDemand {
  return { panel, priority: panel.priority, heights: panel.heights(scene, columns) };
}

/** A demand for all remaining rows. */
function wholeScreen(panel: Panel): PanelDemand {
  return { panel, priority: 4, heights: [1, all] };
}

function oneStack(scene: Scene, size: Size, demands: readonly PanelDemand[]): Band[] {
  const { columns } = size;
  const demand = (panel: Panel) => demandOf(panel, scene, columns);
  const whole = [demand(titleLine), ...demands, demand(statusLine), demand(hintLine)];
  return [[stackOf(whole, columns, rowsFor(size))]];
}

function stackOf(demands: readonly PanelDemand[], columns: number, rows: number): PanelStack {
  const shares = allocateRows(rows, demands);
  const placed = demands.map(({ panel }, at) => ({ panel, rows: shares[at] ?? 0 }));
  return { columns, panels: placed.filter((one) => one.rows > 0) };
}

/** The rows that the lower panel gets before the log is shown above it. */
const lowerRowsPreferred = 6;

/**
 * The panel below nodes and log. While time is stopped it is the messages, with the held events,
 * unless the lower panel has the focus.
 */
function lowerPanel({ view, ui }: Scene): PanelName {
  const { focus, lower } = ui;
  return view.speed === 0 && focus !== lower ? 'messages' : lower;
}

/** The panels of a small terminal: nodes, the log if there is room, and the lower panel. */
function lowerPanels(scene: Scene, size: Size): PanelDemand[] {
  const { focus } = scene.ui;
  const lower = lowerPanel(scene);
  const nodes = demandOf(panels.nodes, scene, size.columns);
  const below = (name: PanelName): PanelDemand => ({
    panel: panels[name],
    priority: 2,
    heights: [1, lowerRowsPreferred, all],
  });
  const heights = [0, ...panels.log.heights(scene, size.columns)];
  const log: PanelDemand = { panel: panels.log, priority: 1, heights };
  const demands = [nodes, log, below(lower)];
  const isLogHidden = !isPanelShown(oneStack(scene, size, demands), 'log');
  return focus === 'log' && isLogHidden ? [nodes, below('log')] : demands;
}

const left: readonly PanelName[] = ['links', 'events'];
const right: readonly PanelName[] = ['messages', 'inspector', 'client'];

/** The heights of the two columns below the full-width panels. */
const bodyHeights = [3, 9, 15, 20, all];

function wideScreen(scene: Scene, { columns, rows }: Size): Band[] {
  const top = [titleLine, panels.nodes].map((panel) => demandOf(panel, scene, columns));
  const bottom = [statusLine, hintLine].map((panel) => demandOf(panel, scene, columns));
  const [lowest = 0, ...better] = panels.log.heights(scene, columns);
  const log: PanelDemand = {
    panel: panels.log,
    priority: 2,
    heights: [...bodyHeights.slice(better.length).map(() => lowest), ...better],
  };
  const body: RowDemand = { priority: 1, heights: bodyHeights };
  const shares = allocateRows(rows, [...top, log, body, ...bottom]);
  const share = (demand: PanelDemand, at: number): PlacedPanel => ({
    panel: demand.panel,
    rows: shares[at] ?? 0,
  });
  const upper = [...top, log].map(share);
  const lower = bottom.map((demand, at) => share(demand, at + upper.length + 1));
  return [
    [{ columns, panels: upper.filter((one) => one.rows > 0) }],
    twoColumns(scene, columns, shares[upper.length] ?? 0),
    [{ columns, panels: lower.filter((one) => one.rows > 0) }],
  ];
}

const gapColumns = 1;

function twoColumns(scene: Scene, columns: number, rows: number): Band {
  const leftColumns = Math.floor((columns - gapColumns) / 2);
  const rightColumns = columns - gapColumns - leftColumns;
  return [column(scene, left, leftColumns, rows), column(scene, right, rightColumns, rows)];
}

/** The maximum rows of a panel that shares a column, and of one while time is stopped. */
const columnRowsMax = 8;
const stoppedTimeRowsMax = 3;

/**
 * A column of which one panel takes the rows that the others leave: the one with the focus, or else
 * events (left) or messages (right).
 */
function column(
  scene: Scene,
  names: readonly PanelName[],
  columns: number,
  rows: number,
): PanelStack {
  const { focus } = scene.ui;
  const isTimeStopped = names === right && scene.view.speed === 0;
  const usual = names === left ? 'events' : 'messages';
  const growingPanel = names.includes(focus) && focus !== 'links' ? focus : usual;
  const demands = names.map((name): PanelDemand => {
    const panel = panels[name];
    const max = isTimeStopped && name !== focus ? stoppedTimeRowsMax : columnRowsMax;
    const best = Math.min(max, Math.max(1, ...panel.heights(scene, columns)));
    const heights = [Math.min(3, best), best, name === growingPanel ? all : best];
    return { panel, priority: name === focus ? 2 : 1, heights };
  });
  return stackOf(demands, columns, rows);
}
