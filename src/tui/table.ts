/** Lays out tables of text, in as many columns as the width allows. */

import type { Line, Span } from './paint.js';

export interface Column<Row> {
  readonly title: string;
  /** The minimum width. It keeps columns in place while their values change. */
  readonly columnsMin: number;
  readonly align: 'left' | 'right';
  readonly cell: (row: Row) => Span;
}

interface Table {
  readonly head: string;
  /** One line per row, with one span per column. */
  readonly body: readonly Line[];
}

/** Returns the table in the first layout that fits into `columns`, or in the last one. */
export function tableThatFits<Row>(
  layouts: readonly (readonly Column<Row>[])[],
  rows: readonly Row[],
  columns: number,
): Table {
  let table: Table = { head: '', body: [] };
  for (const layout of layouts) {
    table = toTable(layout, rows);
    if (table.head.length <= columns) return table;
  }
  return table;
}

function toTable<Row>(layout: readonly Column<Row>[], rows: readonly Row[]): Table {
  const columns = layout.map((column, at) => toPadded(column, rows, at === 0 ? '' : ' '));
  return {
    head: columns.map(({ title }) => title).join(''),
    body: rows.map((_row, at) => columns.map(({ cells }) => cells[at] ?? { text: '' })),
  };
}

/** Pads the title and the cells of a column to one width, with a gap before each. */
function toPadded<Row>(
  column: Column<Row>,
  rows: readonly Row[],
  gap: string,
): { title: string; cells: Line } {
  const cells = rows.map(column.cell);
  const lengths = cells.map(({ text }) => text.length);
  const width = Math.max(column.columnsMin, column.title.length, ...lengths);
  const pad = (text: string) =>
    gap + (column.align === 'left' ? text.padEnd(width) : text.padStart(width));
  return {
    title: pad(column.title),
    cells: cells.map((cell) => ({ ...cell, text: pad(cell.text) })),
  };
}
