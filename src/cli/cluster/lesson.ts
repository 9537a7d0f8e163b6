/** Carries out `lesson`. The lessons and the checks of their steps are in src/lesson. */

import { writeFile } from 'node:fs/promises';
import { LetoError } from '../../base/index.js';
import { type Cluster, ControlServer, startCluster } from '../../cluster/index.js';
import {
  type Lesson,
  type LessonOutcome,
  lessonNamed,
  lessons,
  renderLessonReport,
  runLesson,
} from '../../lesson/index.js';
import { exitCodes } from '../shell/exit-codes.js';
import { print, printError, printJson } from '../shell/output.js';
import { ProcessShutdown } from '../shell/process-shutdown.js';
import { ConsoleLessonUi } from './console-lesson-ui.js';
import { toLessonCluster } from './lesson-cluster.js';
import { lessonEventText, lessonTable } from './lesson-text.js';

/** The options of `lesson` as they come from the command line. */
export interface LessonFlags {
  /** The name of the cluster that the lesson starts. */
  readonly name: string;
  readonly json: boolean;
  readonly auto: boolean;
  readonly report?: string;
}

/** How long a step may take to complete after the program has run its command. */
const stepTimeoutMs = 120_000;

const exitCodeByOutcome: Readonly<Record<LessonOutcome['type'], number>> = {
  done: exitCodes.done,
  failed: exitCodes.failed,
  stopped: exitCodes.failed,
  timedOut: exitCodes.timedOut,
};

export function listLessons(json: boolean): void {
  const shown = lessons.map(({ steps, breaksLogs: _, ...about }) => ({
    ...about,
    steps: steps.length,
  }));
  if (json) printJson(shown);
  else print(lessonTable(lessons));
}

/** Starts a cluster, gives a lesson on it and stops it; returns the exit code. */
export async function giveLesson(name: string, flags: LessonFlags): Promise<number> {
  const lesson = lessonNamed(name);
  const shutdown = new ProcessShutdown();
  const control = await ControlServer.claim(flags.name, () => shutdown.request());
  const ui = lessonUiFor(flags);
  try {
    const cluster = await startCluster({ name: flags.name, port: 0, nodes: lesson.nodes });
    shutdown.setTarget(cluster);
    await control.serve(cluster);
    const outcome = await teach(lesson, cluster, ui, flags, shutdown.signal);
    if (outcome.type !== 'done') printError(outcome.why);
    return exitCodeByOutcome[outcome.type];
  } finally {
    ui.close();
    await shutdown.stop();
    await control.release(false);
    shutdown.dispose();
  }
}

function lessonUiFor({ json, auto }: LessonFlags): ConsoleLessonUi {
  return new ConsoleLessonUi(auto ? null : process.stdin, (note) => {
    if (json) printJson(note);
    else print(lessonEventText(note, auto));
  });
}

async function teach(
  lesson: Lesson,
  cluster: Cluster,
  ui: ConsoleLessonUi,
  { auto: isAuto, report }: LessonFlags,
  signal: AbortSignal,
): Promise<LessonOutcome> {
  try {
    await cluster.waitForReady();
    const options = { isAuto, stepTimeoutMs, signal };
    return await runLesson(lesson, toLessonCluster(cluster, signal), ui, options);
  } finally {
    if (report !== undefined) await writeReport(report, renderLessonReport(ui.events));
  }
}

async function writeReport(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message = `can't write the report to ${file} (${code}); choose another --report`;
    throw new LetoError('LETO_DATA_UNWRITABLE', message);
  }
}
