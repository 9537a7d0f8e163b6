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

/** An event that is longer is cut. */
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
 * Those that the filter lets through, the newest at the bottom, cut if there is no other way; in one
 * row, the newest alone.
 */
export function eventLines({ view, ui }: Scene, columns: number, rows: number): Line[] {
  const head = rows > 1 ? [panelHead(ui, 'events', headWords(ui), columns)] : [];
  const linesMax = rows - head.length;
  const runs = eventRuns(view.events, ui.filter);
  const back = ui.scroll.events ?? 0;
  const end =
    back === 0
      ? runs.length
      : Math.max(countFittingRuns(runs, columns, linesMax), runs.length - back);
  const lines: Line[] = [];
  for (const run of runs.slice(Math.max(0, end - linesMax), end).reverse()) {
    const more = oneRun(run, columns, Math.min(linesPerEventMax, linesMax));
    if (lines.length + more.length > linesMax) break;
    lines.unshift(...more);
  }
  return [...head, ...lines];
}

/** How many of the oldest there is room for: so far back it goes. */
function countFittingRuns(runs: readonly EventRun[], columns: number, linesMax: number): number {
  let left = linesMax;
  const beyond = runs.findIndex((run) => {
    left -= oneRun(run, columns, Math.min(linesPerEventMax, linesMax)).length;
    return left < 0;
  });
  return beyond < 0 ? runs.length : beyond;
}

function headWords({ filter, scroll }: UiState): string {
  const back = scroll.events ?? 0;
  const filtered = filter === '' ? '' : ` matching ${oneLine(filter)}`;
  return `events${filtered}${back > 0 ? `, ${back} back` : ''}`;
}

function oneRun(run: EventRun, columns: number, linesMax: number): Line[] {
  const time = `${clockTime(run.first.at)} `;
  const tone = tones[run.first.event];
  const text = wrap(wordsOf(run), columns - time.length, linesMax);
  return text.map((line, at) => {
    const first = { text: at === 0 ? time : ' '.repeat(time.length) };
    return [first, ...(tone ? [{ text: line, tone }] : tintTerms(line))];
  });
}

function wordsOf({ first, last, count }: EventRun): string {
  const words = oneLine(describeEvent(first));
  if (count === 1) return words;
  if (first.event === 'linkChanged')
    return `${words}; same for ${pluralize(count - 1, 'more link')}`;
  return `${words} ×${count}, latest ${clockTime(last.at)}`;
}
