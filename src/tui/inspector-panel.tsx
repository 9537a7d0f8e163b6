/**
 * The panel of the selected node in detail. inspector-facts.ts writes the facts; inspector.ts
 * fetches the rest.
 */

import type { ReactNode } from 'react';
import type { NodeView } from '../control/index.js';
import { cut, cutLine, headLine, lengthOf, oneLine } from './format.js';
import { factLines } from './inspector-facts.js';
import { Lines } from './lines.js';
import type { Line } from './paint.js';
import type { Panel, PanelProps } from './panel.js';
import { panelHead } from './panel-head.js';
import { pluralize } from './quantities.js';
import { type Inspection, type Scene, selectedNode } from './scene.js';
import { scrollLabel, visibleItems } from './visible-items.js';

export const inspectorPanel: Panel = {
  name: 'inspector',
  title: 'inspector',
  priority: 1,
  heights: () => [1, 8, Number.POSITIVE_INFINITY],
  Show: InspectorPanel,
};

function InspectorPanel({ scene, columns, rows }: PanelProps): ReactNode {
  return <Lines lines={inspectorLines(scene, columns, rows)} columns={columns} rows={rows} />;
}

/** The width from which on the keys are beside the facts. */
const columnsForTwo = 100;

/** Returns the lines of the panel: the facts, the keys and the last log lines of the node. */
export function inspectorLines(scene: Scene, columns: number, rows: number): Line[] {
  const { view, ui } = scene;
  const node = selectedNode(view, ui);
  const back = ui.scroll.inspector ?? 0;
  const heading = `inspector: ${node?.id ?? 'no node'}${scrollLabel(back, 'lines')}`;
  const head = panelHead(ui, 'inspector', heading, columns);
  if (!node || rows < 2) return [head].slice(0, rows);
  const inspection = ui.inspection?.node === node.id ? ui.inspection : null;
  const inspected = { node, inspection, back, nowMs: scene.nowMs };
  const arrange = columns < columnsForTwo ? stacked : sideBySide;
  return [head, ...arrange(inspected, columns, rows - 1)].slice(0, rows);
}

interface InspectedNode {
  readonly node: NodeView;
  readonly inspection: Inspection | null;
  readonly back: number;
  readonly nowMs: number;
}

/** The rows that keys and log lines get at least when rows are scarce: the lower of the two. */
const rowsBelowFactsMin = 6;
const shareBelowFactsMin = 0.4;

/** A section needs a heading and one line below it. */
const sectionRowsMin = 2;

/**
 * Keys and log lines share the rows below the facts. Rows that one does not need go to the other.
 */
function stacked(inspected: InspectedNode, columns: number, rows: number): Line[] {
  const { node, inspection, nowMs } = inspected;
  const facts = factLines(node, nowMs, columns).slice(0, factRowsMax(rows));
  const left = rows - facts.length;
  const half = Math.floor(left / 2);
  const lineRows = 1 + (inspection?.lines.length ?? 0);
  const share = Math.max(half, left - lineRows);
  // Not enough for both: show the keys only while the user searches them.
  const scarce = inspection?.prefix ? left : 0;
  const room = share < sectionRowsMin ? scarce : share;
  const keyRows = Math.min(keyRowsWanted(inspection), room);
  return [
    ...facts,
    ...keyLines(inspected, columns, keyRows),
    ...ownLogLines(inspected, columns, left - keyRows),
  ];
}

function factRowsMax(rows: number): number {
  return rows - Math.min(rowsBelowFactsMin, Math.floor(rows * shareBelowFactsMin));
}

const gap = ' │ ';

/** Facts and keys side by side. The log lines are long and get the full width below. */
function sideBySide(inspected: InspectedNode, columns: number, rows: number): Line[] {
  const { node, inspection, nowMs } = inspected;
  const width = Math.floor((columns - gap.length) / 2);
  const facts = factLines(node, nowMs, width);
  const preferred = Math.max(facts.length, Math.floor(rows / 2));
  const upper = Math.min(
    factRowsMax(rows),
    preferred,
    Math.max(facts.length, keyRowsWanted(inspection)),
  );
  const keys = keyLines(inspected, columns - width - gap.length, upper);
  const both = Array.from({ length: upper }, (_, at): Line => {
    const left = cutLine(facts[at] ?? [], width);
    const rest = ' '.repeat(width - lengthOf(left));
    return [...left, { text: rest }, { text: gap, tone: 'quiet' }, ...(keys[at] ?? [])];
  });
  return [...both, ...ownLogLines(inspected, columns, rows - upper)];
}

function keyRowsWanted(inspection: Inspection | null): number {
  return 1 + Math.max(1, inspection?.keys?.pairs.length ?? 0);
}

function keyLines({ node, inspection }: InspectedNode, columns: number, rows: number): Line[] {
  if (rows < 1) return [];
  const keys = inspection?.keys ?? null;
  const prefix = oneLine(inspection?.prefix ?? '');
  const count = keys ? pluralize(keys.count, 'key') : 'keys';
  const title = cut(prefix === '' ? count : `${count} with prefix ${prefix}`, columns - 2);
  const lines = (keys?.pairs ?? []).map((pair) => pairLine(pair, columns));
  const hint: Line = [{ text: keys ? 'none' : unknownKeys(node), tone: 'quiet' }];
  return [headLine(title, columns), ...(lines.length > 0 ? lines : [hint])].slice(0, rows);
}

function unknownKeys({ id, state }: NodeView): string {
  return state === 'running'
    ? `${id} has not answered yet`
    : `${id} is ${state}: its keys cannot be read`;
}

type Pair = NonNullable<Inspection['keys']>['pairs'][number];

/** The value gets the columns that the key leaves, and at least half of the line. */
function pairLine({ key, value }: Pair, columns: number): Line {
  const name = cut(oneLine(key), Math.floor(columns / 2) - 3);
  const text = cut(oneLine(value), columns - name.length - 3);
  return [{ text: name, tone: 'strong' }, { text: ' = ', tone: 'quiet' }, { text }];
}

function ownLogLines(
  { node, inspection, back }: InspectedNode,
  columns: number,
  rows: number,
): Line[] {
  if (rows < 1) return [];
  const lines = visibleItems(inspection?.lines ?? [], rows - 1, back);
  const body = lines.map((line): Line => [{ text: cut(oneLine(line), columns) }]);
  return [headLine(`log lines (leto-cluster logs ${node.id})`, columns), ...body];
}
