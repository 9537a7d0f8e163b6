/** What a lesson needs from outside: a cluster to run on, and a student to talk to. */

import type { ClusterView, Intent, NodeId } from '../control/index.js';
import type { LessonEvent } from './lesson-events.js';
import type { NodeContents } from './lesson-scene.js';

/** The cluster that a lesson runs on. */
export interface LessonCluster {
  view(): ClusterView;
  /** @throws {LetoError} when the intent cannot be carried out at present */
  dispatch(intent: Intent): Promise<unknown>;
  /** Resolves with null when the node does not answer. */
  readContents(node: NodeId): Promise<NodeContents | null>;
  /**
   * Sends commands on one connection, and resolves with the replies as redis-cli shows them. With
   * `isDeferred` it waits for as long as a student may take over a step. Rejects when the node does
   * not answer.
   */
  sendCommands(
    node: NodeId,
    commands: readonly (readonly string[])[],
    isDeferred: boolean,
  ): Promise<readonly string[]>;
  /** Resolves when the view or the contents of a node may have changed. */
  untilChange(): Promise<void>;
}

/** The student's terminal, or whatever stands in for it. */
export interface LessonUi {
  emit(event: LessonEvent): void;
  /** Resolves when the student asks for the step to be done; at once when there is no student. */
  untilHelpRequested(): Promise<void>;
}
