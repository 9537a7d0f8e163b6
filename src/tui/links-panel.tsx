import type { ReactNode } from 'react';
import {
  type ClusterView,
  describeLink,
  type FaultyLink,
  linkChanges,
  type NodeView,
} from '../control/index.js';
import { cut, nodeGlyph, nothing } from './format.js';
import { Lines } from './lines.js';
import type { Line, Span } from './paint.js';
import type { Panel, PanelProps } from './panel.js';
import { panelHead } from './panel-head.js';
import { countOf, shortNumber } from './quantities.js';
import { type Scene, selectedNode } from './scene.js';

export const linksPanel: Panel = {
  name: 'links',
  title: 'links',
  importance: 1,
  heights: ({ view }) => {
    const matrix = 2 + view.nodes.length;
    const faults = linkChanges([], view.links).length;
    return view.nodes.length < 2 ? [] : [1, matrix, matrix + faults];
  },
  Show: LinksPanel,
};

function LinksPanel({ scene, columns, rows }: PanelProps): ReactNode {
  return <Lines lines={linkLines(scene, columns, rows)} columns={columns} rows={rows} />;
}

/**
 * A row for each sender, a column for each receiver: messages a second and what is wrong with the
 * way between. Beneath, the same in words, as far as there is room.
 */
export function linkLines(scene: Scene, columns: number, rows: number): Line[] {
  const { view, ui } = scene;
  const lines = [
    panelHead(ui, 'links', `links: ${summaryOf(view.links)}`, columns),
    ...matrixLines(scene, columns),
    ...linkChanges([], view.links).map((link): Line => [{ text: `  ${describeLink(link)}` }]),
  ];
  if (lines.length <= rows || rows < 2) return lines.slice(0, rows);
  const more: Line = [{ text: `  and ${countOf(lines.length - rows + 1, 'more line')}` }];
  return [...lines.slice(0, rows - 1), more];
}

/** `3 cut, 1 lossy, 2 slow`: a link is counted for each thing that is wrong with it. */
function summaryOf(links: readonly FaultyLink[]): string {
  const counts = [
    [links.filter(({ cut }) => cut).length, 'cut'],
    [links.filter(({ drop }) => drop > 0).length, 'lossy'],
    [links.filter(({ delayMs, jitterMs }) => delayMs + jitterMs > 0).length, 'slow'],
  ] as const;
  const words = counts.flatMap(([count, word]) => (count > 0 ? `${count} ${word}` : []));
  return words.join(', ') || 'all whole';
}

interface Link {
  readonly from: NodeView;
  readonly to: NodeView;
  readonly fault: FaultyLink | null;
  readonly perSecond: number | null;
}

function matrixLines(scene: Scene, columns: number): Line[] {
  const { view, ui } = scene;
  const { nodes } = view;
  const selected = selectedNode(view, ui);
  const idColumns = Math.max(0, ...nodes.map(({ id }) => id.length));
  const indent = idColumns + 5;
  const width = Math.min(
    cellColumnsMax,
    Math.floor((columns - indent) / Math.max(1, nodes.length)),
  );
  const links = nodes.map((from) => nodes.map((to) => linkBetween(view, from, to)));
  const faultText = faultTextThatFits(links.flat(), width);
  const titles = nodes.map(({ id }) => `to ${id}`.padEnd(width)).join('');
  const head: Line = [{ text: '  /s'.padEnd(indent) + titles, tone: 'quiet' }];
  const body = nodes.map((from, at): Line => {
    const label = `${from === selected ? '>' : ' '} ${from.id.padEnd(idColumns)} ${nodeGlyph(from)} `;
    const cells = (links[at] ?? []).map((link) => cellOf(link, faultText, width));
    return [{ text: label, isChosen: from === selected }, ...cells];
  });
  return [head, ...body];
}

const cellColumnsMax = 24;

function linkBetween(view: ClusterView, from: NodeView, to: NodeView): Link {
  const isOf = (link: { readonly from: string; readonly to: string }) =>
    link.from === from.id && link.to === to.id;
  const rate = view.rates.find(isOf)?.perSecond ?? (view.rates.length > 0 ? 0 : null);
  return {
    from,
    to,
    fault: view.links.find(isOf) ?? null,
    perSecond: from.state === 'running' ? rate : null,
  };
}

/** What is wrong with a link, in a cell. */
type FaultText = (fault: FaultyLink) => string;

/** From the widest to the narrowest. */
const faultTexts: readonly FaultText[] = [
  ({ cut, drop, delayMs, jitterMs }) => {
    const delay = jitterMs > 0 ? `${delayMs}-${delayMs + jitterMs}` : `${delayMs}`;
    return cut ? `${cutGlyph} cut` : joined(lossOf(drop), delay === '0' ? '' : `+${delay}ms`);
  },
  ({ cut, drop, delayMs, jitterMs }) => {
    const delay = delayMs + jitterMs > 0 ? `+${delayMs + jitterMs}ms` : '';
    return cut ? `${cutGlyph} cut` : joined(lossOf(drop), delay);
  },
];

const onlyGlyphs: FaultText = ({ cut, drop, delayMs, jitterMs }) => {
  const loss = drop > 0 ? '%' : '';
  return cut ? cutGlyph : loss + (delayMs + jitterMs > 0 ? '+' : '');
};

const cutGlyph = '✂';

function lossOf(drop: number): string {
  return drop > 0 ? `${Math.round(drop * 100)}%` : '';
}

function joined(...words: readonly string[]): string {
  return words.filter((word) => word !== '').join(' ');
}

function textOf({ from, to, fault, perSecond }: Link, faultText: FaultText): string {
  if (from === to) return '╲';
  const rate = perSecond === null ? nothing : shortNumber(perSecond);
  if (!fault) return rate;
  return fault.cut ? faultText(fault) : joined(rate, faultText(fault));
}

/** The first in which each cell fits, with a gap behind it. */
function faultTextThatFits(links: readonly Link[], width: number): FaultText {
  const fits = (faultText: FaultText) =>
    links.every((link) => textOf(link, faultText).length < width);
  return faultTexts.find(fits) ?? onlyGlyphs;
}

/** A link with a dead or frozen end carries nothing, whatever is wrong with it besides. */
function cellOf(link: Link, faultText: FaultText, width: number): Span {
  const text = cut(textOf(link, faultText), width - 1).padEnd(width);
  const isAlive = link.from.state === 'running' && link.to.state === 'running';
  if (!isAlive || link.from === link.to) return { text, tone: 'quiet' };
  return link.fault ? { text, tone: 'alert' } : { text };
}
