import type { ReactNode } from 'react';
import { wrap } from './format.js';
import { columnsMin, rowsMin, type Size } from './layout.js';
import { Lines } from './lines.js';

export function TooSmall({ columns, rows }: Size): ReactNode {
  const needed = `leto-cluster needs a terminal of at least ${columnsMin}x${rowsMin}`;
  const text = `${needed}; this one is ${columns}x${rows}`;
  const lines = wrap(text, columns, rows);
  return (
    <Lines lines={lines.map((line) => [{ text: line }])} columns={columns} rows={lines.length} />
  );
}
