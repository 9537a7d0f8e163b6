/** The panel of nodes: a table whose columns depend on the width, or the reason for a crash. */

import type { ReactNode } from 'react';
import type { NodeReport, NodeView } from '../control/index.js';
import { bar } from './bar.js';
import {
  addressOf,
  lengthOf,
  noValue,
  oneLine,
  portOf,
  roleWord,
  stateWord,
  wrap,
} from './format.js';
import { Lines } from './lines.js';
import type { Line, Span } from './paint.js';
import type { Panel, PanelProps } from './panel.js';
import { panelHead } from './panel-head.js';
import { durationText } from './quantities.js';
import { type Scene, selectedNode } from './scene.js';
import { type Column, tableThatFits } from './table.js';

/** The maximum number of lines for the reason for a crash. A longer one is cut. */
const reasonLinesMax = 3;

export const nodesPanel: Panel = {
  name: 'nodes',
  title: 'nodes',
  priority: 4,
  heights: (scene, columns) => {
    const table = 1 + scene.view.nodes.length;
    // Full reasons have the last height, so that the other panels get a good one first.
    return [table, table, nodeLines(scene, columns, reasonLinesMax).length];
  },
  Show: NodesPanel,
};

function NodesPanel({ scene, columns, rows }: PanelProps): ReactNode {
  const whole = nodeLines(scene, columns, reasonLinesMax);
  const lines = whole.length > rows ? nodeLines(scene, columns, 1) : whole;
  return <Lines lines={lines} columns={columns} rows={rows} />;
}

/** Returns the heading and a line per node. The reason for a crash may take `reasonLines`. */
export function nodeLines(
  { view, ui, nowMs }: Scene,
  columns: number,
  reasonLines: number,
): Line[] {
  const selected = selectedNode(view, ui);
  const rows = view.nodes.map((node) => ({ node, isSelected: node === selected, nowMs }));
  const { head, body } = tableThatFits(columnLayouts, rows, columns);
  const lines = rows.flatMap(({ node, isSelected }, at) => {
    const cells = body[at] ?? [];
    const nodeRows = isCrashed(node) ? withReason(cells, node, columns, reasonLines) : [cells];
    return isSelected ? nodeRows.map((line) => asSelectedLine(line, columns)) : nodeRows;
  });
  return [panelHead(ui, 'nodes', head.slice(headIndent.length), columns), ...lines];
}

interface Row {
  readonly node: NodeView;
  readonly isSelected: boolean;
  readonly nowMs: number;
}

type NodeColumn = Column<Row>;

/** The columns that a crashed node keeps: its id and its state. */
const columnsKeptWithReason = 2;

function isCrashed({ state, error }: NodeView): boolean {
  return state === 'dead' && error !== null;
}

/** The reason for a crash replaces the last report, which matters less. */
function withReason(cells: Line, { error }: NodeView, columns: number, linesMax: number): Line[] {
  const kept = [...cells.slice(0, columnsKeptWithReason), { text: ' ' }];
  const indent = lengthOf(kept);
  const reason = wrap(`crashed: ${oneLine(error ?? '')}`, columns - indent, linesMax);
  return reason.map((text, at) => [
    ...(at === 0 ? kept : [{ text: ' '.repeat(indent) }]),
    { text, tone: 'alert' },
  ]);
}

function asSelectedLine(line: Line, columns: number): Line {
  const rest = { text: ' '.repeat(Math.max(0, columns - lengthOf(line))) };
  return [...line, rest].map((span) => ({ ...span, isHighlighted: true }));
}

/** The width of the focus mark and the number of the panel. */
const headIndent = '   ';

const id: NodeColumn = {
  title: `${headIndent}id`,
  columnsMin: 5,
  align: 'left',
  cell: ({ node, isSelected }) => ({ text: `${isSelected ? '>' : ' '} ${node.id}` }),
};

const state: NodeColumn = {
  title: 'state',
  columnsMin: 10,
  align: 'left',
  cell: ({ node }) => stateSpan(node),
};

const role: NodeColumn = {
  title: 'role',
  columnsMin: 14,
  align: 'left',
  cell: ({ node }) => roleSpan(node) ?? { text: noValue, tone: 'quiet' },
};

/** For narrow terminals: the role of a running node, or the state of any other. */
const roleOrState: NodeColumn = {
  title: 'role',
  columnsMin: 14,
  align: 'left',
  cell: ({ node }) =>
    node.state === 'running' ? (roleSpan(node) ?? stateSpan(node)) : stateSpan(node),
};

const term: NodeColumn = {
  title: 'term',
  columnsMin: 4,
  align: 'right',
  cell: ({ node }) => {
    const reported = reportedCell(node, ({ term }) => String(term));
    return node.report && !reported.tone ? { ...reported, term: node.report.term } : reported;
  },
};

const vote = reportColumn('vote', 4, 'left', ({ votedFor }) => votedFor ?? noValue);
const leader = reportColumn('leader', 6, 'left', ({ leader }) => leader ?? noValue);
const last = (width: number) =>
  reportColumn('last', width, 'right', (it) => String(it.lastLogIndex));
const commit = (width: number) =>
  reportColumn('commit', width, 'right', (it) => String(it.commitIndex));
const applied = (width: number) =>
  reportColumn('applied', width, 'right', (it) => String(it.lastApplied));
const snapshot = reportColumn('snapshot', 8, 'right', ({ snapshotIndex }) => String(snapshotIndex));
const keys = reportColumn('keys', 7, 'right', (report) => String(report.keys));
const clients = reportColumn('clients', 7, 'right', (report) => String(report.clients));

/** The time left on the election timer, which heartbeats reset. */
const timer = (width: number): NodeColumn => ({
  title: 'timer',
  columnsMin: width,
  align: 'left',
  cell: ({ node: { state, report } }) => {
    if (!report?.electionTimer || state === 'dead') return { text: noValue, tone: 'quiet' };
    const { leftMs, timeoutMs } = report.electionTimer;
    return { text: bar(leftMs, timeoutMs, width) };
  },
});

const uptime: NodeColumn = {
  title: 'uptime',
  columnsMin: 10,
  align: 'left',
  cell: ({ node: { startedAtMs }, nowMs }) =>
    startedAtMs === null
      ? { text: noValue, tone: 'quiet' }
      : { text: durationText(Math.max(0, nowMs - startedAtMs)) },
};

const address: NodeColumn = {
  title: 'address',
  columnsMin: 14,
  align: 'left',
  cell: ({ node }) => ({ text: addressOf(node) }),
};

const port: NodeColumn = {
  title: 'port',
  columnsMin: 5,
  align: 'left',
  cell: ({ node }) => ({ text: portOf(node) }),
};

const indexes = (width: number) => [last(width), commit(width), applied(width)];

/** Id and state come first: a crashed node keeps these two. */
const columnLayouts: readonly (readonly NodeColumn[])[] = [
  [
    ...[id, state, role, leader, term, vote, timer(16), ...indexes(8)],
    ...[snapshot, keys, clients, uptime, address],
  ],
  [id, state, role, leader, term, vote, timer(10), ...indexes(7), snapshot, uptime, address],
  [id, state, role, leader, term, vote, timer(8), ...indexes(7), snapshot, address],
  [id, state, role, leader, term, vote, timer(8), ...indexes(6), snapshot, port],
  [id, roleOrState, leader, term, vote, timer(8), ...indexes(6), port],
  [id, roleOrState, term, vote, timer(6), ...indexes(6), port],
  [id, roleOrState, term, vote, ...indexes(6), port],
];

function reportColumn(
  title: string,
  columnsMin: number,
  align: NodeColumn['align'],
  textOf: (report: NodeReport) => string,
): NodeColumn {
  return { title, columnsMin, align, cell: ({ node }) => reportedCell(node, textOf) };
}

/** The last report of a dead node is shown dimmed, since it no longer holds. */
function reportedCell({ state, report }: NodeView, textOf: (report: NodeReport) => string): Span {
  if (!report) return { text: noValue, tone: 'quiet' };
  return state === 'dead' ? { text: textOf(report), tone: 'quiet' } : { text: textOf(report) };
}

function stateSpan({ state }: NodeView): Span {
  const text = stateWord(state);
  return state === 'running' ? { text } : { text, tone: state === 'dead' ? 'alert' : 'strong' };
}

function roleSpan({ state, report }: NodeView): Span | null {
  if (!report || state === 'dead' || state === 'starting') return null;
  const text = roleWord(report.role);
  return report.role === 'follower' ? { text } : { text, tone: 'strong' };
}
