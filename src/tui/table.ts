import type { Line, Span } from './paint.js';

export interface Column<Row> {
  readonly title: string;
  /** It grows with its cells, and never shrinks below this, so that the eye finds it again. */
  readonly columnsMin: number;
  readonly align: 'left' | 'right';
  readonly cell: (row: Row) => Span;
}

interface Table {
  readonly head: string;
  /** A line a row; a line is as many spans as there are columns. */
  readonly body: readonly Line[];
}

/** The first of the forms that fits, from the widest to the narrowest; or else the last. */
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

/** The title and the cells in one width, each behind a gap. */
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
