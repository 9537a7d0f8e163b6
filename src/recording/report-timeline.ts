/**
 * Draws the timeline of a report as SVG: a lane per node, a lane for link faults, terms, marks and
 * a chart of the commitIndex, over one time axis.
 */

import { describeEvent } from '../control/index.js';
import { escapeHtml } from './html.js';
import { markOf } from './report-marks.js';
import { barSvg, patterns, phaseStyles, roundToTenth } from './report-phase-styles.js';
import type { Interval, Phase, RunSummary } from './summary.js';
import { clockText, preciseText } from './times.js';

const width = 1000;
const labelWidth = 62;
const laneHeight = 40;
const barTop = 16;
const barHeight = 18;
const axisHeight = 24;
const chartHeight = 90;
/** The minimum width of a bar. Narrower ones are merged into the bar before them. */
const intervalWidthMin = 0.3;
/** The maximum number of marks on one lane. When there are more, every n-th is drawn. */
const marksMax = 400;
/** The maximum number of points in the commit chart. */
const pointsMax = 500;

/** Returns the timeline as one SVG element. */
export function timelineSvg(summary: RunSummary): string {
  const scale = scaleOf(summary.durationMs);
  const linksTop = axisHeight + summary.lanes.length * laneHeight;
  const chartTop = linksTop + laneHeight;
  const height = chartTop + chartHeight + axisHeight;
  const lanes = summary.lanes.map((lane, at) =>
    nodeLane(summary, lane, axisHeight + at * laneHeight, scale),
  );
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="The role of each node over time">`,
    patterns,
    axis(summary.durationMs, height, scale),
    termLines(summary, chartTop, scale),
    ...lanes,
    linksLane(summary, linksTop, scale),
    commitLine(summary, chartTop, scale),
    '</svg>',
  ].join('\n');
}

type Scale = (t: number) => number;

function scaleOf(durationMs: number): Scale {
  const room = width - labelWidth - 8;
  return (t) => labelWidth + (t / Math.max(1, durationMs)) * room;
}

const tickSteps = [100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000, 900_000];
const ticksMax = 12;

function axis(durationMs: number, height: number, scale: Scale): string {
  const known = tickSteps.find((step) => durationMs / step <= ticksMax);
  const step = known ?? Math.ceil(durationMs / ticksMax / 3_600_000) * 3_600_000;
  const count = Math.floor(durationMs / step) + 1;
  return Array.from({ length: count }, (_, at) => {
    const x = roundToTenth(scale(at * step));
    const text = step < 1000 ? preciseText(at * step) : clockText(at * step);
    return `<path d="M${x} ${axisHeight - 6}V${height - axisHeight}" stroke="var(--rule)"/><text class="quiet" x="${x}" y="${height - 8}" text-anchor="middle">${text}</text>`;
  }).join('');
}

function termLines({ terms }: RunSummary, bottom: number, scale: Scale): string {
  let labelEnd = 0;
  return visibleIntervals(terms, scale)
    .filter(({ value }) => value > 0)
    .map(({ fromMs, value }) => {
      const x = roundToTenth(scale(fromMs));
      const hasRoom = x >= labelEnd;
      if (hasRoom) labelEnd = x + 46;
      const label = hasRoom ? `<text x="${x + 3}" y="12">term ${value}</text>` : '';
      return `<g><title>term ${value} begins at ${preciseText(fromMs)}</title><path d="M${x} 2V${bottom}" stroke="var(--quiet)" stroke-dasharray="2 3"/>${label}</g>`;
    })
    .join('');
}

function nodeLane(
  { events }: RunSummary,
  { node, intervals }: RunSummary['lanes'][number],
  top: number,
  scale: Scale,
): string {
  const label = `<text x="0" y="${top + barTop + 13}">${escapeHtml(node)}</text>`;
  const bars = visibleIntervals(intervals, scale).map((interval) =>
    phaseBar(node, interval, top, scale),
  );
  const marked = events.filter(({ event }) => event.node === node && markOf(event));
  const every = Math.ceil(marked.length / marksMax);
  const glyphs = marked
    .filter((_, at) => at % every === 0)
    .map(({ t, event }) => {
      const title = escapeHtml(`${preciseText(t)} ${describeEvent(event)}`);
      return `<text x="${roundToTenth(scale(t))}" y="${top + barTop - 3}" text-anchor="middle"><title>${title}</title>${markOf(event)?.glyph}</text>`;
    });
  return [label, ...bars, ...glyphs].join('');
}

function phaseBar(
  node: string,
  { fromMs, toMs, value }: Interval<Phase>,
  top: number,
  scale: Scale,
): string {
  const { letter, ink, label } = phaseStyles[value];
  const x = scale(fromMs);
  const w = scale(toMs) - x;
  const title = escapeHtml(`${node}: ${label}, ${preciseText(fromMs)} to ${preciseText(toMs)}`);
  const letterText =
    w < 12
      ? ''
      : `<text x="${roundToTenth(x + 3)}" y="${top + barTop + 13}" style="fill:${ink}" font-weight="600">${letter}</text>`;
  return `<g><title>${title}</title>${barSvg(phaseStyles[value], x, top + barTop, w, barHeight)}${letterText}</g>`;
}

function linksLane({ faultyLinks }: RunSummary, top: number, scale: Scale): string {
  const label = `<text x="0" y="${top + barTop + 13}">links</text>`;
  const line = `<path d="M${labelWidth} ${top + barTop + 9}H${width - 8}" stroke="var(--rule)"/>`;
  const bars = visibleIntervals(faultyLinks, scale)
    .filter(({ value }) => value > 0)
    .map(({ fromMs, toMs, value }) => {
      const x = scale(fromMs);
      const w = scale(toMs) - x;
      const title = `${value} faulty, counting each direction, ${preciseText(fromMs)} to ${preciseText(toMs)}`;
      const box = `x="${roundToTenth(x)}" y="${top + barTop}" width="${roundToTenth(w)}" height="${barHeight}"`;
      const count = w < 60 ? String(value) : `${value} faulty`;
      const text = `<text x="${roundToTenth(x + 4)}" y="${top + barTop + 13}">${count}</text>`;
      const countText = w < 14 ? '' : text;
      return `<g><title>${title}</title><rect ${box} fill="var(--paper)" stroke="var(--alert)" stroke-dasharray="4 2"/>${countText}</g>`;
    });
  return [label, line, ...bars].join('');
}

function commitLine({ commits, durationMs }: RunSummary, top: number, scale: Scale): string {
  const last = commits.at(-1)?.value ?? 0;
  const first = commits[0]?.value ?? 0;
  const bottom = top + chartHeight - 6;
  const room = chartHeight - 26;
  const y = (value: number) =>
    roundToTenth(bottom - ((value - first) / Math.max(1, last - first)) * room);
  const every = Math.ceil(commits.length / pointsMax);
  const path = commits
    .filter((_, at) => at % every === 0 || at === commits.length - 1)
    .map(({ fromMs, value }, at) => {
      const x = roundToTenth(scale(fromMs));
      return at === 0 ? `M${x} ${y(value)}` : `H${x}V${y(value)}`;
    })
    .join('');
  const end = path === '' ? '' : `H${roundToTenth(scale(durationMs))}`;
  return [
    `<text x="0" y="${bottom - room + 4}">commit</text><text class="quiet" x="0" y="${bottom - room + 18}">${last}</text>`,
    `<text class="quiet" x="0" y="${bottom}">${first}</text>`,
    `<path d="${path}${end}" fill="none" stroke="var(--leader)" stroke-width="1.5"><title>commitIndex from ${first} to ${last}</title></path>`,
  ].join('');
}

/** Merges intervals that are too short to be visible into the one before them. */
function visibleIntervals<T>(
  intervals: readonly Interval<T>[],
  scale: Scale,
): readonly Interval<T>[] {
  const visible: Interval<T>[] = [];
  for (const interval of intervals) {
    const last = visible.at(-1);
    const isNarrow = scale(interval.toMs) - scale(interval.fromMs) < intervalWidthMin;
    if (isNarrow && last?.toMs === interval.fromMs) {
      visible[visible.length - 1] = { ...last, toMs: interval.toMs };
    } else if (!isNarrow) visible.push(interval);
  }
  return visible;
}
