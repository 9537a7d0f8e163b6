import type { ReactNode } from 'react';
import { type ClusterEvent, describeEvent } from '../control/index.js';
import { clockTime, headLine, oneLine, tintTerms, wrap } from './format.js';
import { Lines } from './lines.js';
import type { Line, Tone } from './paint.js';
import type { Panel, PanelProps } from './panel.js';

/** An event that is longer is cut. */
const linesAnEventMax = 3;

const tones: Partial<Record<ClusterEvent['event'], Tone>> = {
  becameLeader: 'strong',
  crashed: 'alert',
  killed: 'alert',
  ready: 'strong',
};

export const eventsPanel: Panel = {
  name: 'events',
  title: 'events',
  importance: 2,
  heights: () => [1, 3, Number.POSITIVE_INFINITY],
  Show: EventsPanel,
};

function EventsPanel({ scene, columns, rows }: PanelProps): ReactNode {
  return (
    <Lines lines={eventLines(scene.view.events, columns, rows)} columns={columns} rows={rows} />
  );
}

/** The newest at the bottom, cut if there is no other way; in one row, the newest alone. */
export function eventLines(events: readonly ClusterEvent[], columns: number, rows: number): Line[] {
  const head = rows > 1 ? [headLine('events', columns)] : [];
  const linesMax = rows - head.length;
  const lines: Line[] = [];
  for (const event of events.slice(-linesMax).reverse()) {
    const more = oneEvent(event, columns, Math.min(linesAnEventMax, linesMax));
    if (lines.length + more.length > linesMax) break;
    lines.unshift(...more);
  }
  return [...head, ...lines];
}

function oneEvent(event: ClusterEvent, columns: number, linesMax: number): Line[] {
  const time = `${clockTime(event.at)} `;
  const tone = tones[event.event];
  const text = wrap(oneLine(describeEvent(event)), columns - time.length, linesMax);
  return text.map((line, at) => {
    const first = { text: at === 0 ? time : ' '.repeat(time.length) };
    return [first, ...(tone ? [{ text: line, tone }] : tintTerms(line))];
  });
}
