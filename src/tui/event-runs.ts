import { type ClusterEvent, describeEvent, describeLink } from '../control/index.js';
import { oneLine } from './format.js';

/** What one node says again and again, or what is done to several links at once, as one. */
export interface EventRun {
  readonly first: ClusterEvent;
  readonly last: ClusterEvent;
  readonly count: number;
}

/**
 * The events whose words the filter is found in, in order, each where it was first seen. What a node
 * says again before it says anything else is only counted, so that a node on its own, which asks in
 * vain twice a second, does not sweep away the others. Links that fare alike are one event.
 */
export function eventRuns(events: readonly ClusterEvent[], filter: string): EventRun[] {
  const runs: EventRun[] = [];
  const latest = new Map<string, { readonly at: number; readonly words: string }>();
  const isWanted = textFilter(filter);
  let speaker = '';
  for (const event of events) {
    const text = oneLine(describeEvent(event));
    if (!isWanted(text)) continue;
    const isOfLink = event.event === 'linkChanged';
    const words = isOfLink ? describeLink({ ...event, from: '', to: '' }) : text;
    const next = isOfLink ? 'links' : (event.node ?? '');
    const same = latest.get(next);
    const run = same && runs[same.at];
    // Links are counted only while nothing happens in between: what comes of them tells them apart.
    if (run && same.words === words && (!isOfLink || speaker === next)) {
      runs[same.at] = { ...run, last: event, count: run.count + 1 };
    } else {
      latest.set(next, { at: runs.length, words });
      runs.push({ first: event, last: event, count: 1 });
    }
    speaker = next;
  }
  return runs;
}

/** All its words, in any order; upper and lower case are one. */
function textFilter(filter: string): (text: string) => boolean {
  const words = filter.toLowerCase().split(/\s+/);
  return (text) => {
    const lower = text.toLowerCase();
    return words.every((word) => lower.includes(word));
  };
}
