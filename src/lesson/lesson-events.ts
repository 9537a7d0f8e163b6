/**
 * The events of a running lesson: one JSON object a line with `--json`, and the input of the report
 * (report.ts).
 */

import type { NodeId } from '../control/index.js';

export type LessonEvent =
  | {
      readonly type: 'lesson';
      readonly name: string;
      readonly title: string;
      readonly teaches: string;
      readonly section: string;
      readonly steps: number;
      readonly nodes: readonly { readonly id: NodeId; readonly port: number | null }[];
    }
  | {
      readonly type: 'step';
      readonly number: number;
      readonly words: string;
      readonly commands: readonly string[];
      /** True when the step must be done here: done in another terminal it would leave no trace. */
      readonly isDoneHere: boolean;
    }
  /** The program performs the command for the student. */
  | { readonly type: 'did'; readonly command: string }
  | { readonly type: 'reply'; readonly command: string; readonly text: string }
  /** A command failed temporarily, and is retried. */
  | { readonly type: 'trouble'; readonly message: string }
  | {
      readonly type: 'evidence';
      readonly number: number;
      readonly by: DoneBy;
      readonly text: string;
    }
  | { readonly type: 'end'; readonly outcome: LessonOutcome };

export type DoneBy = 'student' | 'program';

export type LessonOutcome =
  | { readonly type: 'done'; readonly promises: readonly string[] }
  | { readonly type: 'failed'; readonly why: string }
  | { readonly type: 'timedOut'; readonly why: string }
  | { readonly type: 'stopped'; readonly why: string };

/** A lesson event with its ISO 8601 time. */
export type TimedLessonEvent = { readonly at: string } & LessonEvent;
