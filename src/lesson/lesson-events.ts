import type { NodeId } from '../control/index.js';

/** What a lesson tells while it goes on: one object a line with `--json`, and the report's matter. */
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
      /** It must be done here: in another terminal it would leave no trace. */
      readonly isDoneHere: boolean;
    }
  /** The program does it for the student. */
  | { readonly type: 'did'; readonly command: string }
  | { readonly type: 'reply'; readonly command: string; readonly text: string }
  /** It could not be done now, and is tried again. */
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

/** `at` is an ISO time. */
export type TimedLessonEvent = { readonly at: string } & LessonEvent;
