import { type RowWish, rowsFor, type Size, shareRows } from './layout.js';
import type { Panel } from './panel.js';
import { helpPanel, hintLine, panels, statusLine, titleLine } from './panels.js';
import type { PanelName, Scene } from './scene.js';

/** A panel with the room it has. */
interface Placed {
  readonly panel: Panel;
  readonly rows: number;
}

/** Panels one beneath the other. */
export interface Stack {
  readonly columns: number;
  readonly panels: readonly Placed[];
}

/** Stacks side by side; the bands of a screen stand one beneath the other. */
export type Band = readonly Stack[];

/** From this size on there is room for all panels. */
const wideSize: Size = { columns: 110, rows: 32 };

const all = Number.POSITIVE_INFINITY;

/** The panels that are to be seen, from top to bottom, and where. */
export function arrange(scene: Scene, size: Size): readonly Band[] {
  const rows = rowsFor(size);
  const { isHelpOpen, isZoomed, focus } = scene.ui;
  if (isHelpOpen) return oneStack(scene, size, [alone(helpPanel)]);
  if (isZoomed) return oneStack(scene, size, [alone(panels[focus])]);
  const isWide = size.columns >= wideSize.columns && size.rows >= wideSize.rows;
  return isWide
    ? wideScreen(scene, { ...size, rows })
    : oneStack(scene, size, lowerPanels(scene, size));
}

export function isToBeSeen(bands: readonly Band[], name: PanelName): boolean {
  return bands.flat().some((stack) => stack.panels.some(({ panel }) => panel.name === name));
}

interface Wish extends RowWish {
  readonly panel: Panel;
}

function wishOf(panel: Panel, scene: Scene, columns: number): Wish {
  return { panel, importance: panel.importance, heights: panel.heights(scene, columns) };
}

/** All rows that are left. */
function alone(panel: Panel): Wish {
  return { panel, importance: 4, heights: [1, all] };
}

function oneStack(scene: Scene, size: Size, wishes: readonly Wish[]): Band[] {
  const { columns } = size;
  const frame = (panel: Panel) => wishOf(panel, scene, columns);
  const whole = [frame(titleLine), ...wishes, frame(statusLine), frame(hintLine)];
  return [[stackOf(whole, columns, rowsFor(size))]];
}

function stackOf(wishes: readonly Wish[], columns: number, rows: number): Stack {
  const shares = shareRows(rows, wishes);
  const placed = wishes.map(({ panel }, at) => ({ panel, rows: shares[at] ?? 0 }));
  return { columns, panels: placed.filter((one) => one.rows > 0) };
}

/** Rows that the panel beneath is to have before the log is shown above it. */
const lowerRowsGood = 6;

/** While time stands still, what waits is what one looks at, unless another panel has the focus. */
function lowerPanel({ view, ui }: Scene): PanelName {
  const { focus, lower } = ui;
  return view.speed === 0 && focus !== lower ? 'messages' : lower;
}

/** Nodes, the log if there is room, and the panel that had the focus last, beneath. */
function lowerPanels(scene: Scene, size: Size): Wish[] {
  const { focus } = scene.ui;
  const lower = lowerPanel(scene);
  const nodes = wishOf(panels.nodes, scene, size.columns);
  const beneath = (name: PanelName): Wish => ({
    panel: panels[name],
    importance: 2,
    heights: [1, lowerRowsGood, all],
  });
  const heights = [0, ...panels.log.heights(scene, size.columns)];
  const log: Wish = { panel: panels.log, importance: 1, heights };
  const wishes = [nodes, log, beneath(lower)];
  const isLogHidden = !isToBeSeen(oneStack(scene, size, wishes), 'log');
  return focus === 'log' && isLogHidden ? [nodes, beneath('log')] : wishes;
}

const left: readonly PanelName[] = ['links', 'events'];
const right: readonly PanelName[] = ['messages', 'inspector', 'client'];

/** Heights of the two columns, beneath what stands over the full width. */
const bodyHeights = [3, 9, 15, 20, all];

function wideScreen(scene: Scene, { columns, rows }: Size): Band[] {
  const top = [titleLine, panels.nodes].map((panel) => wishOf(panel, scene, columns));
  const bottom = [statusLine, hintLine].map((panel) => wishOf(panel, scene, columns));
  const [lowest = 0, ...better] = panels.log.heights(scene, columns);
  const log: Wish = {
    panel: panels.log,
    importance: 2,
    heights: [...bodyHeights.slice(better.length).map(() => lowest), ...better],
  };
  const body: RowWish = { importance: 1, heights: bodyHeights };
  const shares = shareRows(rows, [...top, log, body, ...bottom]);
  const share = (wish: Wish, at: number): Placed => ({ panel: wish.panel, rows: shares[at] ?? 0 });
  const upper = [...top, log].map(share);
  const lower = bottom.map((wish, at) => share(wish, at + upper.length + 1));
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

/** Rows that a panel has beside others, if it asks for more; and while time stands still. */
const columnRowsMax = 8;
const stillRowsMax = 3;

/** The one with the focus takes what the others leave; or else the events, and the messages. */
function column(scene: Scene, names: readonly PanelName[], columns: number, rows: number): Stack {
  const { focus } = scene.ui;
  const isStill = names === right && scene.view.speed === 0;
  const usual = names === left ? 'events' : 'messages';
  const grower = names.includes(focus) && focus !== 'links' ? focus : usual;
  const wishes = names.map((name): Wish => {
    const panel = panels[name];
    const most = isStill && name !== focus ? stillRowsMax : columnRowsMax;
    const best = Math.min(most, Math.max(1, ...panel.heights(scene, columns)));
    const heights = [Math.min(3, best), best, name === grower ? all : best];
    return { panel, importance: name === focus ? 2 : 1, heights };
  });
  return stackOf(wishes, columns, rows);
}
