import type { ClusterEvent } from '../control/index.js';

/** A sign on the timeline, above the lane of its node. */
interface Mark {
  readonly sign: string;
  readonly words: string;
}

/** Events that are seen from afar. Changes of roles are lanes, and changes of links a lane too. */
const marks: Partial<Record<ClusterEvent['event'], Mark>> = {
  killed: { sign: '✗', words: 'killed' },
  crashed: { sign: '!', words: 'crashed' },
  restarted: { sign: '↻', words: 'started again' },
  paused: { sign: '‖', words: 'paused' },
  resumed: { sign: '▸', words: 'goes on' },
  stopped: { sign: '■', words: 'stopped' },
  removed: { sign: '−', words: 'removed' },
  snapshotTaken: { sign: '◆', words: 'took a snapshot' },
  snapshotInstalled: { sign: '◇', words: 'installed a snapshot' },
  diskChanged: { sign: '◍', words: "its disk's fault changed" },
  truncated: { sign: '✂', words: 'dropped entries' },
  transferStarted: { sign: '⇒', words: 'hands leadership over' },
  warned: { sign: '?', words: 'warns' },
};

export function markOf({ event }: ClusterEvent): Mark | null {
  return marks[event] ?? null;
}

export const allMarks: readonly Mark[] = Object.values(marks);
