/**
 * The shape of a lesson, as plain data. A lesson knows nothing of the runner (run-lesson.ts), and
 * the runner knows nothing of any particular lesson.
 */

import type { Intent, NodeId } from '../control/index.js';
import type { LessonScene } from './lesson-scene.js';

export interface Lesson {
  readonly name: string;
  readonly title: string;
  /** What the student learns, in one sentence. */
  readonly teaches: string;
  /** The section of Ongaro's dissertation. */
  readonly section: string;
  /** The number of nodes at the start. */
  readonly nodes: number;
  /** True when the lesson makes disks lie, so that Raft's guarantees about logs do not hold. */
  readonly breaksLogs?: true;
  readonly steps: readonly Step[];
}

export interface Step {
  /** What the student reads: two to five short sentences. */
  readonly instructions: string;
  /** Returns what to do in this scene, or null when it cannot be done yet. */
  readonly actions: (scene: LessonScene) => readonly Action[] | null;
  /** True when the step changes nothing that the check could see, so it must be done here. */
  readonly leavesNoTrace?: true;
  /** True when the actions are performed again and again until the step is complete. */
  readonly repeats?: true;
  /** Returns null until the step is complete. Pure. */
  readonly check: (scene: LessonScene) => StepCompletion | null;
}

/** What shows that a step is complete. */
export interface StepCompletion {
  /** What the nodes show, without a full stop at the end. */
  readonly evidence: string;
  /** Facts for later steps, by name. */
  readonly remember?: Readonly<Record<string, string>>;
}

export type Action = IntentAction | CommandAction;

/** What a verb of leto-cluster does. */
export interface IntentAction {
  readonly type: 'intent';
  readonly intent: Intent;
}

/** Commands that one Redis client sends to one node, on one connection. */
export interface CommandAction {
  readonly type: 'command';
  readonly node: NodeId;
  readonly commands: readonly (readonly string[])[];
  /** Matches the expected last reply, as redis-cli shows it. */
  readonly expects: RegExp;
  /** True when the reply arrives only during the next step, which causes it. */
  readonly isDeferred?: true;
  /** Replaces the redis-cli command that is shown, when a user would not type the commands. */
  readonly shellCommand?: (port: number) => string;
}
