import type { ReactNode } from 'react';
import { cut, oneLine } from './format.js';
import { Lines } from './lines.js';
import type { Line } from './paint.js';
import type { Panel, PanelProps } from './panel.js';
import { panelHead } from './panel-head.js';
import { type ClientExchange, type Scene, selectedNode } from './scene.js';
import { backWords, scrolled } from './scrolled.js';

export const clientPanel: Panel = {
  name: 'client',
  title: 'client',
  importance: 1,
  heights: ({ ui }) => (ui.transcript.length === 0 ? [1, 2] : [1, 5, Number.POSITIVE_INFINITY]),
  Show: ClientPanel,
};

function ClientPanel({ scene, columns, rows }: PanelProps): ReactNode {
  return <Lines lines={clientLines(scene, columns, rows)} columns={columns} rows={rows} />;
}

/** Commands and replies as redis-cli shows them, the newest at the bottom. */
export function clientLines({ view, ui }: Scene, columns: number, rows: number): Line[] {
  const back = ui.scroll.client ?? 0;
  const head = panelHead(ui, 'client', `client${backWords(back, 'lines')}`, columns);
  const node = selectedNode(view, ui)?.id ?? 'a node';
  const hint: Line[] = [[{ text: `: sends a command to ${node}, as in :set a 1`, tone: 'quiet' }]];
  const lines = ui.transcript.flatMap((exchange) => exchangeLines(exchange, columns));
  const body = lines.length > 0 ? scrolled(lines, rows - 1, back) : hint;
  return [head, ...body].slice(0, rows);
}

/** Of a reply; what is longer ends with how much is missing. */
const replyLinesMax = 200;

function exchangeLines(
  { node, command, reply, isFailure }: ClientExchange,
  columns: number,
): Line[] {
  const shown = reply.slice(0, replyLinesMax);
  const missing = reply.length - shown.length;
  const more: Line[] = missing > 0 ? [[{ text: `and ${missing} lines more`, tone: 'quiet' }]] : [];
  return [
    [{ text: `${node}> `, tone: 'strong' }, { text: cut(oneLine(command), columns) }],
    ...shown.map((line, at) => replyLine(line, isFailure, at === 0, columns)),
    ...more,
  ];
}

function replyLine(line: string, isFailure: boolean, isFirst: boolean, columns: number): Line {
  const text = cut(indentOf(line) + oneLine(line), columns);
  if (!isFailure) return [{ text }];
  return [{ text: cut(isFirst ? `✗ ${text}` : text, columns), tone: 'alert' }];
}

/** Of an array in an array, say. */
function indentOf(line: string): string {
  return /^ */.exec(line)?.[0] ?? '';
}
