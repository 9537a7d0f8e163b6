/** Groups repeated messages for the messages panel. event-runs.ts does the same for events. */

import type { MessageNote } from '../control/index.js';

/** A run of equal messages of one type on one link. */
export interface NoteRun {
  readonly note: MessageNote;
  readonly count: number;
}

/**
 * Groups messages, in order of first occurrence. A message that repeats the previous one of its
 * link and type is only counted, so that heartbeats do not push new messages off the screen.
 * Runs that were already repeating when the sample began are sorted by link, since the sample does
 * not show which came first.
 */
export function noteRuns(notes: readonly MessageNote[]): NoteRun[] {
  const runs: { note: MessageNote; count: number }[] = [];
  const latest = new Map<string, { note: MessageNote; count: number }>();
  for (const note of notes) {
    const link = linkOf(note);
    const run = latest.get(link);
    if (run && isSame(run.note, note)) {
      run.count += 1;
      continue;
    }
    const next = { note, count: 1 };
    runs.push(next);
    latest.set(link, next);
  }
  const singleAt = runs.findIndex(({ count }) => count === 1);
  const oldest = singleAt < 0 ? runs.length : singleAt;
  return [...runs.slice(0, oldest).sort(byLink), ...runs.slice(oldest)];
}

function linkOf({ from, to, type, isLost }: MessageNote): string {
  return `${from} ${to} ${type} ${isLost}`;
}

function isSame(a: MessageNote, b: MessageNote): boolean {
  return a.term === b.term && a.details === b.details;
}

function byLink(a: NoteRun, b: NoteRun): number {
  return linkOf(a.note) < linkOf(b.note) ? -1 : 1;
}
