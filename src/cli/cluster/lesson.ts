import { writeFile } from 'node:fs/promises';
import { LetoError } from '../../base/index.js';
import { type Cluster, ControlServer, startCluster } from '../../cluster/index.js';
import {
  type Lesson,
  lessonNamed,
  lessons,
  type Outcome,
  reportOf,
  runLesson,
} from '../../lesson/index.js';
import { exitCodes } from '../shell/exit-codes.js';
import { complain, say, sayJson } from '../shell/output.js';
import { Stopping } from '../shell/stopping.js';
import { toLessonCluster } from './lesson-cluster.js';
import { LessonDesk } from './lesson-desk.js';
import { lessonTable, noteText } from './lesson-text.js';

/** The options of `lesson` as they come from the command line. */
export interface LessonFlags {
  /** Of the cluster that the lesson starts. */
  readonly name: string;
  readonly json: boolean;
  readonly auto: boolean;
  readonly report?: string;
}

/** Of one step, from when the program does it. */
const patienceMs = 120_000;

const exitCodeByOutcome: Readonly<Record<Outcome['type'], number>> = {
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
  if (json) sayJson(shown);
  else say(lessonTable(lessons));
}

/** Gives a lesson on a cluster of its own; returns the exit code. */
export async function giveLesson(name: string, flags: LessonFlags): Promise<number> {
  const lesson = lessonNamed(name);
  const stopping = new Stopping();
  const control = await ControlServer.claim(flags.name, () => stopping.request());
  const desk = deskFor(flags);
  try {
    const cluster = await startCluster({ name: flags.name, port: 0, nodes: lesson.nodes });
    stopping.watch(cluster);
    await control.serve(cluster);
    const outcome = await teach(lesson, cluster, desk, flags, stopping.signal);
    if (outcome.type !== 'done') complain(outcome.why);
    return exitCodeByOutcome[outcome.type];
  } finally {
    desk.close();
    await stopping.stop();
    await control.release(false);
    stopping.dispose();
  }
}

function deskFor({ json, auto }: LessonFlags): LessonDesk {
  return new LessonDesk(auto ? null : process.stdin, (note) => {
    if (json) sayJson(note);
    else say(noteText(note, auto));
  });
}

async function teach(
  lesson: Lesson,
  cluster: Cluster,
  desk: LessonDesk,
  { auto: isAuto, report }: LessonFlags,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    await cluster.waitForReady();
    const options = { isAuto, patienceMs, signal };
    return await runLesson(lesson, toLessonCluster(cluster, signal), desk, options);
  } finally {
    if (report !== undefined) await writeReport(report, reportOf(desk.notes));
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
