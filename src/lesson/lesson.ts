import type { Intent, NodeId } from '../control/index.js';
import type { LessonScene } from './lesson-scene.js';

/** What is taught, as plain data: the runner knows no lesson, and a lesson no runner. */
export interface Lesson {
  readonly name: string;
  readonly title: string;
  /** One sentence. */
  readonly teaches: string;
  /** Of Ongaro's dissertation. */
  readonly section: string;
  readonly nodes: number;
  /** Disks are made to lie: then nothing that was promised of a log holds. */
  readonly breaksLogs?: true;
  readonly steps: readonly Step[];
}

export interface Step {
  /** Two to five short sentences. */
  readonly instructions: string;
  /** What is to be done, as things stand; null where it can't be done yet. */
  readonly actions: (scene: LessonScene) => readonly Action[] | null;
  /** What it leaves is seen by nobody but who did it, so it must be done here. */
  readonly leavesNoTrace?: true;
  /** It is done again until the step is over. */
  readonly repeats?: true;
  /** A pure look at how things stand: null until the step is over. */
  readonly check: (scene: LessonScene) => StepCompletion | null;
}

/** What shows that a step is over. */
export interface StepCompletion {
  readonly evidence: string;
  /** What later steps need to know, by name. */
  readonly remember?: Readonly<Record<string, string>>;
}

export type Action = IntentAction | CommandAction;

/** A verb of leto-cluster. */
export interface IntentAction {
  readonly type: 'intent';
  readonly intent: Intent;
}

/** Commands of one Redis client to one node. */
export interface CommandAction {
  readonly type: 'command';
  readonly node: NodeId;
  readonly commands: readonly (readonly string[])[];
  /** Of the last reply, as redis-cli shows it. */
  readonly expects: RegExp;
  /** The reply comes with the next step, which brings it about. */
  readonly isDeferred?: true;
  /** Where a user would not type the commands themselves. */
  readonly shellCommand?: (port: number) => string;
}
