import type { MessageNote } from '../control/index.js';

/** Messages of one kind on one link that say the same. */
export interface NoteRun {
  readonly note: MessageNote;
  readonly count: number;
}

/**
 * The messages in order, each where it was first seen: what a link says again is only counted, so
 * that heartbeats do not sweep away what is new. The oldest are in order of their links: which of
 * them was first is forgotten with the messages before.
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
