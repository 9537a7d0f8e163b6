import type { FromNode } from '../control/index.js';

/**
 * Stops this thread dead, as a long pause of a garbage collector does, for as long as the cell holds
 * one. Where it holds zero by now, the pause is over before it has begun.
 */
export function freeze(pauseCell: Int32Array, post: (message: FromNode) => void): void {
  post({ type: 'paused' });
  Atomics.wait(pauseCell, 0, 1);
  post({ type: 'resumed' });
}
