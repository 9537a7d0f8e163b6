/** The panel of links between nodes: message rates and injected faults, by direction. */

import type { ReactNode } from 'react';
import {
  type ClusterView,
  describeLink,
  diffLinks,
  type FaultyLink,
  type LinkFault,
  type NodeView,
} from '../control/index.js';
import { cut, nodeGlyph, noValue, wrap } from './format.js';
import { Lines } from './lines.js';
import type { Line, Span } from './paint.js';
import type { Panel, PanelProps } from './panel.js';
import { panelHead } from './panel-head.js';
import { shortNumber } from './quantities.js';
import { type Scene, selectedNode } from './scene.js';

export const linksPanel: Panel = {
  name: 'links',
  title: 'links',
  priority: 1,
  heights: ({ view }) => {
    const matrix = 2 + view.nodes.length;
    const faults = faultsToDescribe(view).length;
    return view.nodes.length < 2 ? [] : [1, matrix, matrix + faults];
  },
  Show: LinksPanel,
};

function LinksPanel({ scene, columns, rows }: PanelProps): ReactNode {
  return <Lines lines={linkLines(scene, columns, rows)} columns={columns} rows={rows} />;
}

/**
 * Returns the lines of the panel: a matrix with a row per sender and a column per receiver, whose
 * cells show the messages per second and the fault. Below it are the faults in words, as far as
 * there is room.
 */
export function linkLines(scene: Scene, columns: number, rows: number): Line[] {
  const faults = diffLinks([], scene.view.links);
  const head = panelHead(
    scene.ui,
    'links',
    `links, messages per second: ${faultSummary(faults)}`,
    columns,
  );
  const matrix = matrixLines(scene, columns);
  const descriptions = faultsToDescribe(scene.view).flatMap((fault) =>
    wrap(describeLink(fault), columns - descriptionIndent.length, linesPerFaultMax),
  );
  const room = Math.max(0, rows - 1 - matrix.length);
  const text = descriptions.slice(0, room).map((line, at): Line => {
    const isCutShort = at === room - 1 && descriptions.length > room;
    return [{ text: cut(descriptionIndent + line + (isCutShort ? ' …' : ''), columns) }];
  });
  return [head, ...matrix, ...text].slice(0, rows);
}

/** The faults to describe in words. A cut link is clear from its cell. */
function faultsToDescribe({ links }: ClusterView): readonly LinkFault[] {
  return diffLinks([], links).filter(({ cut }) => !cut);
}

const descriptionIndent = '  ';
const linesPerFaultMax = 2;

/** Returns `3 cut, 1 lossy, 2 slow`. A fault of both directions of a link counts once. */
function faultSummary(faults: readonly LinkFault[]): string {
  const counts = [
    [faults.filter(({ cut }) => cut).length, 'cut'],
    [faults.filter(({ drop }) => drop > 0).length, 'lossy'],
    [faults.filter(({ delayMs, jitterMs }) => delayMs + jitterMs > 0).length, 'slow'],
  ] as const;
  const words = counts.flatMap(([count, word]) => (count > 0 ? `${count} ${word}` : []));
  return words.join(', ') || 'no faults';
}

interface LinkCell {
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
  const to = width > idColumns + toWord.length ? toWord : '';
  const titles = nodes.map(({ id }) => cut(to + id, width - 1).padEnd(width)).join('');
  const head: Line = [{ text: '  from'.padEnd(indent) + titles, tone: 'quiet' }];
  const body = nodes.map((from): Line => {
    const label = `${from === selected ? '>' : ' '} ${from.id.padEnd(idColumns)} ${nodeGlyph(from)} `;
    const cells = nodes.map((to) => cellOf(linkBetween(view, from, to), width));
    return [{ text: label, isHighlighted: from === selected }, ...cells];
  });
  return [head, ...body];
}

const toWord = 'to ';
const cellColumnsMax = 24;

function linkBetween(view: ClusterView, from: NodeView, to: NodeView): LinkCell {
  const isSame = (link: { readonly from: string; readonly to: string }) =>
    link.from === from.id && link.to === to.id;
  const rate = view.rates.find(isSame)?.perSecond ?? (view.rates.length > 0 ? 0 : null);
  return {
    from,
    to,
    fault: view.links.find(isSame) ?? null,
    perSecond: from.state === 'running' ? rate : null,
  };
}

/** A link with a dead or paused end is shown as quiet: it carries nothing, faulty or not. */
function cellOf(link: LinkCell, width: number): Span {
  const text = cut(textThatFits(link, width - 1), width - 1).padEnd(width);
  const isAlive = link.from.state === 'running' && link.to.state === 'running';
  if (!isAlive || link.from === link.to) return { text, tone: 'quiet' };
  return link.fault ? { text, tone: 'alert' } : { text };
}

/** Returns as much detail as fits: at least whether the link is cut, lossy or slow. */
function textThatFits({ from, to, fault, perSecond }: LinkCell, columns: number): string {
  if (from === to) return '╲';
  const rate = perSecond === null ? noValue : shortNumber(perSecond);
  if (!fault) return rate;
  const texts = fault.cut ? cutTexts : faultTexts(rate, fault);
  return texts.find(({ length }) => length <= columns) ?? texts.at(-1) ?? '';
}

const cutTexts = ['✂ cut', '✂'];

/** Texts for a fault, from the longest to the shortest. */
function faultTexts(rate: string, { drop, delayMs, jitterMs }: FaultyLink): string[] {
  const maxMs = delayMs + jitterMs;
  const loss = drop > 0 ? `${Math.round(drop * 100)}%` : '';
  const delay = maxMs > 0 ? `+${maxMs}ms` : '';
  const range = jitterMs > 0 ? `+${delayMs}-${maxMs}ms` : delay;
  return [
    joined(rate, loss, range),
    joined(rate, loss, delay),
    joined(loss, delay),
    loss + delay.slice(0, 1),
    loss.slice(-1) + delay.slice(0, 1),
  ];
}

function joined(...words: readonly string[]): string {
  return words.filter((word) => word !== '').join(' ');
}
