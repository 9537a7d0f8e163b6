/** The panel of commands sent to nodes and their replies, as redis-cli shows them. */

import type { ReactNode } from 'react';
import { cut, oneLine, wrap } from './format.js';
import { Lines } from './lines.js';
import type { Line } from './paint.js';
import type { Panel, PanelProps } from './panel.js';
import { panelHead } from './panel-head.js';
import { type ClientExchange, type Scene, selectedNode } from './scene.js';
import { scrollLabel, visibleItems } from './visible-items.js';

export const clientPanel: Panel = {
  name: 'client',
  title: 'client',
  priority: 1,
  heights: ({ ui }) => (ui.transcript.length === 0 ? [1, 2] : [1, 5, Number.POSITIVE_INFINITY]),
  Show: ClientPanel,
};

function ClientPanel({ scene, columns, rows }: PanelProps): ReactNode {
  return <Lines lines={clientLines(scene, columns, rows)} columns={columns} rows={rows} />;
}

/** Returns the lines of the panel, with the newest exchange at the bottom. */
export function clientLines({ view, ui }: Scene, columns: number, rows: number): Line[] {
  const back = ui.scroll.client ?? 0;
  const head = panelHead(ui, 'client', `client${scrollLabel(back, 'lines')}`, columns);
  const node = selectedNode(view, ui)?.id ?? 'a node';
  const usage = cut(`: sends a command to ${node}, for example :set a 1`, columns);
  const hint: Line[] = [[{ text: usage, tone: 'quiet' }]];
  const lines = ui.transcript.flatMap((exchange) => exchangeLines(exchange, columns));
  const body = lines.length > 0 ? visibleItems(lines, rows - 1, back) : hint;
  return [head, ...body].slice(0, rows);
}

/** The maximum number of lines per reply. The rest is only counted. */
const replyLinesMax = 200;

function exchangeLines(
  { node, command, reply, isFailure }: ClientExchange,
  columns: number,
): Line[] {
  const prompt = `${node}> `;
  const shown = reply.slice(0, replyLinesMax);
  const missing = reply.length - shown.length;
  const more: Line[] = missing > 0 ? [[{ text: `and ${missing} more lines`, tone: 'quiet' }]] : [];
  return [
    [{ text: prompt, tone: 'strong' }, { text: cut(oneLine(command), columns - prompt.length) }],
    ...shown
      .flatMap((line, at) => replyLines(line, isFailure && at === 0, columns))
      .map((text): Line => [isFailure ? { text, tone: 'alert' } : { text }]),
    ...more,
  ];
}

/** The maximum number of rows per line of a reply. A longer line is cut. */
const rowsPerReplyLineMax = 3;

function replyLines(line: string, isMarked: boolean, columns: number): string[] {
  const indent = cut(indentOf(line), Math.floor(columns / 2));
  const texts = wrap(
    oneLine(line),
    columns - indent.length - failureMark.length,
    rowsPerReplyLineMax,
  );
  return texts.map((text, at) => (isMarked && at === 0 ? failureMark : '') + indent + text);
}

const failureMark = '✗ ';

/** Returns the leading spaces of a reply line, for example of a nested array. */
function indentOf(line: string): string {
  return /^ */.exec(line)?.[0] ?? '';
}
