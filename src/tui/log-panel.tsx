/** The panel of the logs. log-grid.ts computes the cells. */

import type { ReactNode } from 'react';
import { unreachable } from '../base/index.js';
import { leaderOf, termOf } from '../control/index.js';
import { cut, nodeGlyph } from './format.js';
import { Lines } from './lines.js';
import { type LogCell, type LogGrid, type LogRow, logGrid } from './log-grid.js';
import type { Line, Span } from './paint.js';
import type { Panel, PanelProps } from './panel.js';
import { panelHead } from './panel-head.js';
import { type Scene, selectedNode } from './scene.js';
import { scrollLabel } from './visible-items.js';

export const logPanel: Panel = {
  name: 'log',
  title: 'log',
  priority: 2,
  heights: ({ view }) => {
    const grid = 1 + view.nodes.length;
    const peers = leaderOf(view)?.report?.peers.length ?? 0;
    return [grid, grid + 1, grid + 1 + peers];
  },
  Show: LogPanel,
};

function LogPanel({ scene, columns, rows }: PanelProps): ReactNode {
  return <Lines lines={logLines(scene, columns, rows)} columns={columns} rows={rows} />;
}

/** The geometry of the grid, in columns. */
interface GridLayout {
  readonly columns: number;
  readonly idColumns: number;
  /** The width before the first cell. */
  readonly indent: number;
  /** The digits of a term. */
  readonly digits: number;
}

/** How many digits of a term are shown; a longer term shows its last ones. */
const termDigitsMax = 2;

/**
 * Returns the lines of the panel, one row per node. When there are enough rows, what the leader
 * knows of a log is in a line below it. Otherwise it is marked at the cells.
 */
export function logLines(scene: Scene, columns: number, rows: number): Line[] {
  const { view, ui, nowMs } = scene;
  const idColumns = Math.max(0, ...view.nodes.map(({ id }) => id.length));
  const digits = Math.min(String(termOf(view)).length, termDigitsMax);
  const layout = { columns, idColumns, indent: idColumns + 5, digits };
  const widthMax = Math.max(1, Math.floor((columns - layout.indent) / cellColumns(layout)));
  const grid = logGrid(view, widthMax, ui.scroll.log ?? 0, nowMs);
  const marked = grid.rows.filter(({ progress }) => progress).length;
  const isBelow = rows >= 1 + grid.rows.length + marked;
  const body = grid.rows.flatMap((row) => [
    nodeLine(scene, grid.from, row, layout, isBelow ? null : row.progress),
    ...(isBelow && row.progress ? [progressLine(grid, row.progress, layout)] : []),
  ]);
  const lines = [headOf(scene, grid, layout), ...body, legendOf(columns)];
  return lines.slice(0, rows);
}

/** The width of a cell: a term between two edges. */
function cellColumns({ digits }: GridLayout): number {
  return digits + 2;
}

/** The heading, with the indexes above their cells in place of its rule. */
function headOf({ ui }: Scene, grid: LogGrid, layout: GridLayout): Line {
  const where = grid.isAtDropped
    ? ', where entries were dropped'
    : scrollLabel(ui.scroll.log ?? 0, 'entries');
  const [first, rule] = panelHead(ui, 'log', `log${where}`, layout.columns);
  if (!first || !rule) return first ? [first] : [];
  const spans: Span[] = [first];
  let column = first.text.length;
  for (const { text, start } of indexLabels(grid, layout)) {
    if (start <= column) continue;
    spans.push({
      ...rule,
      text: rule.text.slice(column - first.text.length, start - first.text.length),
    });
    spans.push({ text });
    column = start + text.length;
  }
  return [...spans, { ...rule, text: rule.text.slice(column - first.text.length) }];
}

/** As many labels as fit. Each ends above the term of its entry. */
function indexLabels(
  { from, width }: LogGrid,
  layout: GridLayout,
): { readonly text: string; readonly start: number }[] {
  const step = stepFor((String(from + width).length + 1) / cellColumns(layout));
  const labels = [];
  for (let index = Math.ceil(from / step) * step; index < from + width; index += step) {
    const text = String(index);
    const end = termColumn(index, from, layout) + layout.digits;
    labels.push({ text, start: end - text.length });
  }
  return labels;
}

/** Returns the lowest of 1, 2, 5, 10, 20, 50, ... that is at least `least`. */
function stepFor(least: number): number {
  let step = 1;
  for (let at = 0; step < least; at += 1) step *= at % 3 === 1 ? 2.5 : 2;
  return step;
}

function termColumn(index: number, from: number, layout: GridLayout): number {
  return layout.indent + (index - from) * cellColumns(layout) + 1;
}

function nodeLine(
  { view, ui }: Scene,
  from: number,
  { node, cells }: LogRow,
  { idColumns, digits }: GridLayout,
  marks: LogRow['progress'],
): Line {
  const isSelected = selectedNode(view, ui) === node;
  const label = `${isSelected ? '>' : ' '} ${node.id.padEnd(idColumns)} ${nodeGlyph(node)} `;
  const body = cells.flatMap((cell, at) => {
    const index = from + at;
    const { left, right } = edgesOf(cell, index === node.report?.snapshotIndex);
    return cellSpans(cell, digits, {
      left: index === marks?.nextIndex ? nextMark : left,
      right: index === marks?.matchIndex ? matchMark : right,
    });
  });
  const tone = node.state === 'running' ? {} : ({ tone: 'quiet' } as const);
  return [
    { text: label, isHighlighted: isSelected },
    ...body.map((span) => ({ ...span, ...tone })),
  ];
}

const nextMark = '^';
const matchMark = 'm';
const snapshotEdge = '┃';

interface Edges {
  readonly left: string;
  readonly right: string;
}

const edges: Readonly<Record<LogCell['type'], Edges>> = {
  committed: { left: '▐', right: '▌' },
  uncommitted: { left: '(', right: ')' },
  missing: { left: ' ', right: ' ' },
  inSnapshot: { left: '▒', right: '▒' },
  dropped: { left: ' ', right: ' ' },
};

function edgesOf({ type }: LogCell, isSnapshotEdge: boolean): Edges {
  return isSnapshotEdge ? { ...edges[type], right: snapshotEdge } : edges[type];
}

function cellSpans(cell: LogCell, digits: number, { left, right }: Edges): Span[] {
  switch (cell.type) {
    case 'missing':
      return [{ text: `${left}${'·'.padStart(digits)}${right}`, tone: 'quiet' }];
    case 'inSnapshot':
      return [{ text: `${left}${'▒'.repeat(digits)}${right}`, tone: 'quiet' }];
    case 'dropped':
      return [{ text: `${left}${'×'.padStart(digits)}${right}`, tone: 'alert' }];
    case 'committed':
    case 'uncommitted': {
      const text = (cell.term === null ? '?' : String(cell.term)).slice(-digits).padStart(digits);
      const term = cell.term === null ? {} : { term: cell.term };
      const isHighlighted = cell.type === 'committed';
      return [
        { text: left, ...term },
        { text, ...term, isHighlighted },
        { text: right, ...term },
      ];
    }
    default:
      return unreachable(cell);
  }
}

/** Marks matchIndex and nextIndex below a row. `‹` precedes those to the left of all cells. */
function progressLine(
  { from, width }: LogGrid,
  { nextIndex, matchIndex, mode }: NonNullable<LogRow['progress']>,
  layout: GridLayout,
): Line {
  const behind = [matchIndex < from ? matchMark : '', nextIndex < from ? nextMark : ''].join('');
  let text = behind && `‹${behind}`.padStart(layout.indent);
  for (const [index, mark] of [
    [matchIndex, matchMark],
    [nextIndex, nextMark],
  ] as const) {
    if (index < from || index >= from + width) continue;
    text = text.padEnd(termColumn(index, from, layout) + layout.digits - 1) + mark;
  }
  const suffix = mode === 'replicate' ? '' : ` ${mode}`;
  return [{ text: cut(text + suffix, layout.columns), tone: 'strong' }];
}

const legends = [
  '▐▌ committed  () uncommitted  · missing  ▒ only in snapshot  ┃ its end  × dropped  m matchIndex  ^ nextIndex',
  '▐▌ committed  () uncommitted  ▒ snapshot ┃ its end  × dropped  m match ^ next',
  '▐▌ committed () pending ▒ snapshot × dropped m match ^ next',
];

function legendOf(columns: number): Line {
  const text = legends.find(({ length }) => length <= columns) ?? legends.at(-1) ?? '';
  return [{ text: cut(text, columns), tone: 'quiet' }];
}
