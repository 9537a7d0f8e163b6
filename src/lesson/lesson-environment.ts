import type { ClusterView, Intent, NodeId } from '../control/index.js';
import type { LessonEvent } from './lesson-events.js';
import type { NodeContents } from './lesson-scene.js';

/** The cluster that a lesson is given on. */
export interface LessonCluster {
  view(): ClusterView;
  /** @throws {LetoError} where it can't be done now */
  dispatch(intent: Intent): Promise<void>;
  /** Null where the node does not answer. */
  readContents(node: NodeId): Promise<NodeContents | null>;
  /** Replies as redis-cli shows them. Rejects where the node does not answer. */
  sendCommands(
    node: NodeId,
    commands: readonly (readonly string[])[],
    isDeferred: boolean,
  ): Promise<readonly string[]>;
  /** Resolves when something may have changed. */
  untilChange(): Promise<void>;
}

/** Where the student sits. */
export interface LessonUi {
  emit(note: LessonEvent): void;
  /** Resolves when the student wants the step done for him: at once where nobody sits there. */
  untilHelpRequested(): Promise<void>;
}
