/** Groups repeated events for the events panel. note-runs.ts does the same for messages. */

import { type ClusterEvent, describeEvent, describeLink } from '../control/index.js';
import { oneLine } from './format.js';

/** Repetitions of one event of a node, or the same change of several links, as one item. */
export interface EventRun {
  readonly first: ClusterEvent;
  readonly last: ClusterEvent;
  readonly count: number;
}

/**
 * Groups the events that match the filter, in order of first occurrence. An event that repeats the
 * previous one of its node is only counted. Otherwise an isolated node, which starts a PreVote
 * twice a second, would push everything else off the screen. Links that change alike are one event.
 */
export function eventRuns(events: readonly ClusterEvent[], filter: string): EventRun[] {
  const runs: EventRun[] = [];
  const latest = new Map<string, { readonly at: number; readonly text: string }>();
  const isMatch = textFilter(filter);
  let lastSource = '';
  for (const event of events) {
    const sentence = oneLine(describeEvent(event));
    if (!isMatch(sentence)) continue;
    const isLinkChange = event.event === 'linkChanged';
    const text = isLinkChange ? describeLink({ ...event, from: '', to: '' }) : sentence;
    const source = isLinkChange ? 'links' : (event.node ?? '');
    const previous = latest.get(source);
    const run = previous && runs[previous.at];
    // Link changes with other events in between stay apart: each may have had its own effects.
    if (run && previous.text === text && (!isLinkChange || lastSource === source)) {
      runs[previous.at] = { ...run, last: event, count: run.count + 1 };
    } else {
      latest.set(source, { at: runs.length, text });
      runs.push({ first: event, last: event, count: 1 });
    }
    lastSource = source;
  }
  return runs;
}

/** Matches texts that contain all words of the filter, in any order and case. */
function textFilter(filter: string): (text: string) => boolean {
  const words = filter.toLowerCase().split(/\s+/);
  return (text) => {
    const lower = text.toLowerCase();
    return words.every((word) => lower.includes(word));
  };
}
