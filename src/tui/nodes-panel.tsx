import type { ReactNode } from 'react';
import type { NodeReport, NodeView } from '../control/index.js';
import {
  addressOf,
  cut,
  headLine,
  nothing,
  oneLine,
  portOf,
  roleWord,
  stateWord,
} from './format.js';
import { Lines } from './lines.js';
import type { Line, Span } from './paint.js';
import type { Panel, PanelProps } from './panel.js';
import { type Scene, selectedNode } from './scene.js';
import { type Column, tableThatFits } from './table.js';

export const nodesPanel: Panel = {
  name: 'nodes',
  importance: 4,
  heights: ({ view }) => [1 + view.nodes.length],
  Show: NodesPanel,
};

function NodesPanel({ scene, columns, rows }: PanelProps): ReactNode {
  return <Lines lines={nodeLines(scene, columns)} columns={columns} rows={rows} />;
}

export function nodeLines({ view, ui }: Scene, columns: number): Line[] {
  const selected = selectedNode(view, ui);
  const rows = view.nodes.map((node) => ({ node, isSelected: node === selected }));
  const { head, body } = tableThatFits(forms, rows, columns);
  const lines = rows.map(({ node, isSelected }, at) => {
    const cells = body[at] ?? [];
    const line = isCrashed(node) ? withReason(cells, node) : cells;
    return isSelected ? asBar(line, columns) : line;
  });
  return [headLine(head, columns), ...lines];
}

function asBar(line: Line, columns: number): Line {
  const rest = { text: ' '.repeat(Math.max(0, columns - lengthOf(line))) };
  return [...line, rest].map((span) => ({ ...span, isChosen: true }));
}

interface Row {
  readonly node: NodeView;
  readonly isSelected: boolean;
}

type NodeColumn = Column<Row>;

/** The columns that a crashed node keeps: its id and its state. */
const keptWithReason = 2;

function isCrashed({ state, error }: NodeView): boolean {
  return state === 'dead' && error !== null;
}

/** Why a node died is worth more than what it last said of its log. */
function withReason(cells: Line, { error }: NodeView): Line {
  const reason = ` crashed: ${oneLine(error ?? '')}`;
  return [...cells.slice(0, keptWithReason), { text: reason, tone: 'alert' }];
}

const id: NodeColumn = {
  title: '  id',
  columnsMin: 4,
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
  cell: ({ node }) => roleSpan(node) ?? { text: nothing, tone: 'quiet' },
};

/** For narrow terminals: what it is while it runs, or why it does not. */
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
    const reported = said(node, ({ term }) => String(term));
    return node.report && !reported.tone ? { ...reported, term: node.report.term } : reported;
  },
};

const vote = fact('vote', 4, 'left', ({ votedFor }) => votedFor ?? nothing);
const follows = fact('leader', 6, 'left', ({ leader }) => leader ?? nothing);
const last = (width: number) => fact('last', width, 'right', (it) => String(it.lastLogIndex));
const commit = (width: number) => fact('commit', width, 'right', (it) => String(it.commitIndex));
const applied = (width: number) => fact('applied', width, 'right', (it) => String(it.lastApplied));
const snapshot = fact('snapshot', 8, 'right', ({ snapshotIndex }) => String(snapshotIndex));
const keys = fact('keys', 7, 'right', (report) => String(report.keys));
const clients = fact('clients', 7, 'right', (report) => String(report.clients));

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

const forms: readonly (readonly NodeColumn[])[] = [
  [id, state, role, follows, term, vote, ...indexes(8), snapshot, keys, clients, address],
  [id, state, role, term, vote, ...indexes(7), address],
  [id, state, role, term, vote, ...indexes(6), port],
  [id, roleOrState, term, vote, ...indexes(6), port],
];

function fact(
  title: string,
  columnsMin: number,
  align: NodeColumn['align'],
  tell: (report: NodeReport) => string,
): NodeColumn {
  return { title, columnsMin, align, cell: ({ node }) => said(node, tell) };
}

/** What a dead node said last is shown, but not as if it held. */
function said({ state, report }: NodeView, tell: (report: NodeReport) => string): Span {
  if (!report) return { text: nothing, tone: 'quiet' };
  return state === 'dead' ? { text: tell(report), tone: 'quiet' } : { text: tell(report) };
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
