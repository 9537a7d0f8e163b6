import type { ClusterEvent } from '../control/index.js';

/** A sign on the timeline, above the lane of its node. */
interface Mark {
  readonly glyph: string;
  readonly label: string;
}

/** Events that are seen from afar. Changes of roles are lanes, and changes of links a lane too. */
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

export function markOf({ event }: ClusterEvent): Mark | null {
  return marks[event] ?? null;
}

export const allMarks: readonly Mark[] = Object.values(marks);
