/**
 * The events that have a glyph on a report's timeline. Role changes and link faults have none: they
 * are drawn as bars.
 */

import type { ClusterEvent } from '../control/index.js';

/** A glyph on the timeline, above the lane of its node. */
interface Mark {
  readonly glyph: string;
  readonly label: string;
}

const marks: Partial<Record<ClusterEvent['event'], Mark>> = {
  killed: { glyph: '✗', label: 'killed' },
  crashed: { glyph: '!', label: 'crashed' },
  restarted: { glyph: '↻', label: 'restarted' },
  paused: { glyph: '‖', label: 'paused' },
  resumed: { glyph: '▸', label: 'resumed' },
  stopped: { glyph: '■', label: 'stopped' },
  removed: { glyph: '−', label: 'removed' },
  snapshotTaken: { glyph: '◆', label: 'took a snapshot' },
  snapshotInstalled: { glyph: '◇', label: 'installed a snapshot' },
  diskChanged: { glyph: '◍', label: 'disk fault changed' },
  truncated: { glyph: '✂', label: 'dropped entries' },
  transferStarted: { glyph: '⇒', label: 'started a leadership transfer' },
  warned: { glyph: '?', label: 'warned' },
};

/** Returns the mark of an event, or null when it has none. */
export function markOf({ event }: ClusterEvent): Mark | null {
  return marks[event] ?? null;
}

export const allMarks: readonly Mark[] = Object.values(marks);
