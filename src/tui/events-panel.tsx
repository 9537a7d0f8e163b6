/** The panel of events, with repeated ones grouped by event-runs.ts. */

import type { ReactNode } from 'react';
import { type ClusterEvent, describeEvent } from '../control/index.js';
import { type EventRun, eventRuns } from './event-runs.js';
import { clockTime, oneLine, tintTerms, wrap } from './format.js';
import { Lines } from './lines.js';
import type { Line, Tone } from './paint.js';
import type { Panel, PanelProps } from './panel.js';
import { panelHead } from './panel-head.js';
import { pluralize } from './quantities.js';
import type { Scene, UiState } from './scene.js';

/** The maximum number of lines per event. A longer one is cut. */
const linesPerEventMax = 3;

const tones: Partial<Record<ClusterEvent['event'], Tone>> = {
  becameLeader: 'strong',
  crashed: 'alert',
  killed: 'alert',
  ready: 'strong',
};

export const eventsPanel: Panel = {
  name: 'events',
  title: 'events',
  priority: 2,
  heights: () => [1, 3, Number.POSITIVE_INFINITY],
  Show: EventsPanel,
};

function EventsPanel({ scene, columns, rows }: PanelProps): ReactNode {
  return <Lines lines={eventLines(scene, columns, rows)} columns={columns} rows={rows} />;
}

/**
 * Returns the lines of the panel: the events that match the filter, with the newest at the bottom.
 * A panel of one row shows only the newest event, without a head.
 */
export function eventLines({ view, ui }: Scene, columns: number, rows: number): Line[] {
  const head = rows > 1 ? [panelHead(ui, 'events', headText(ui), columns)] : [];
  const linesMax = rows - head.length;
  const runs = eventRuns(view.events, ui.filter);
  const back = ui.scroll.events ?? 0;
  const end =
    back === 0
      ? runs.length
      : Math.max(countFittingRuns(runs, columns, linesMax), runs.length - back);
  const lines: Line[] = [];
  for (const run of runs.slice(Math.max(0, end - linesMax), end).reverse()) {
    const added = runLines(run, columns, Math.min(linesPerEventMax, linesMax));
    if (lines.length + added.length > linesMax) break;
    lines.unshift(...added);
  }
  return [...head, ...lines];
}

/** Returns how many of the oldest runs fit, which limits how far back the panel scrolls. */
function countFittingRuns(runs: readonly EventRun[], columns: number, linesMax: number): number {
  let left = linesMax;
  const beyond = runs.findIndex((run) => {
    left -= runLines(run, columns, Math.min(linesPerEventMax, linesMax)).length;
    return left < 0;
  });
  return beyond < 0 ? runs.length : beyond;
}

function headText({ filter, scroll }: UiState): string {
  const back = scroll.events ?? 0;
  const filtered = filter === '' ? '' : ` matching ${oneLine(filter)}`;
  return `events${filtered}${back > 0 ? `, ${back} back` : ''}`;
}

function runLines(run: EventRun, columns: number, linesMax: number): Line[] {
  const time = `${clockTime(run.first.at)} `;
  const tone = tones[run.first.event];
  const text = wrap(textOf(run), columns - time.length, linesMax);
  return text.map((line, at) => {
    const prefix = { text: at === 0 ? time : ' '.repeat(time.length) };
    return [prefix, ...(tone ? [{ text: line, tone }] : tintTerms(line))];
  });
}

function textOf({ first, last, count }: EventRun): string {
  const text = oneLine(describeEvent(first));
  if (count === 1) return text;
  if (first.event === 'linkChanged')
    return `${text}; same for ${pluralize(count - 1, 'more link')}`;
  return `${text} ×${count}, latest ${clockTime(last.at)}`;
}
