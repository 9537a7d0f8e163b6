import type { ReactNode } from 'react';
import { oneLine, wrap } from './format.js';
import { Lines } from './lines.js';
import type { Line } from './paint.js';
import type { Panel, PanelProps } from './panel.js';
import type { Scene } from './scene.js';

const linesMax = 3;

export const statusLine: Panel = {
  name: 'status',
  title: 'status',
  importance: 3,
  heights: (scene, columns) => [1, Math.max(1, noteLines(scene, columns, linesMax).length)],
  Show: StatusLine,
};

function StatusLine({ scene, columns, rows }: PanelProps): ReactNode {
  return <Lines lines={noteLines(scene, columns, rows)} columns={columns} rows={rows} />;
}

/** What came of the last action. */
function noteLines({ ui: { note } }: Scene, columns: number, rows: number): Line[] {
  if (!note) return [];
  const lines = wrap(oneLine(note.text), columns, rows);
  return lines.map((text) => [note.isFailure ? { text, tone: 'alert' } : { text, tone: 'strong' }]);
}
