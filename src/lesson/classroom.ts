import type { ClusterView, Intent, NodeId } from '../control/index.js';
import type { Note } from './notes.js';
import type { Holdings } from './scene.js';

/** The cluster that a lesson is given on. */
export interface LessonCluster {
  view(): ClusterView;
  /** @throws {LetoError} where it can't be done now */
  dispatch(intent: Intent): Promise<void>;
  /** Null where the node does not answer. */
  holdings(node: NodeId): Promise<Holdings | null>;
  /** Replies as redis-cli shows them. Rejects where the node does not answer. */
  tell(
    node: NodeId,
    commands: readonly (readonly string[])[],
    isSlow: boolean,
  ): Promise<readonly string[]>;
  /** Resolves when something may have changed. */
  untilChange(): Promise<void>;
}

/** Where the student sits. */
export interface Desk {
  tell(note: Note): void;
  /** Resolves when the student wants the step done for him: at once where nobody sits there. */
  untilAsked(): Promise<void>;
}
