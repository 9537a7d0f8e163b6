import { LetoError } from '../base/index.js';
import type { Desk, LessonCluster } from './classroom.js';
import { typed } from './deeds.js';
import { Doing } from './doing.js';
import type { Finding, Lesson, Step } from './lesson.js';
import type { By, Outcome } from './notes.js';
import { type Holdings, runningIn, type Scene } from './scene.js';
import { Witness } from './witness.js';

interface LessonOptions {
  /** All is done by the program, also what is so already. */
  readonly isAuto: boolean;
  /** Of one step, from when the program does it. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

/**
 * Gives a lesson on a cluster that is ready; resolves with how it ended.
 * @throws {LetoError} what no step can wait for to pass, as LETO_CLUSTER_GONE
 */
export async function runLesson(
  lesson: Lesson,
  cluster: LessonCluster,
  desk: Desk,
  options: LessonOptions,
): Promise<Outcome> {
  const run = new LessonRun(lesson, cluster, desk, options);
  const outcome = await run.outcome();
  desk.tell({ type: 'end', outcome });
  return outcome;
}

class LessonRun {
  readonly #lesson: Lesson;
  readonly #cluster: LessonCluster;
  readonly #desk: Desk;
  readonly #options: LessonOptions;
  readonly #witness: Witness;
  readonly #doing: Doing;
  #memory: Scene['memory'] = {};
  #number = 0;

  constructor(lesson: Lesson, cluster: LessonCluster, desk: Desk, options: LessonOptions) {
    this.#lesson = lesson;
    this.#cluster = cluster;
    this.#desk = desk;
    this.#options = options;
    this.#witness = new Witness(lesson.breaksLogs !== true);
    this.#doing = new Doing(cluster, desk, options.signal);
  }

  async outcome(): Promise<Outcome> {
    const { name, title, teaches, section, steps } = this.#lesson;
    const nodes = this.#cluster.view().nodes.map(({ id, respPort }) => ({ id, port: respPort }));
    this.#desk.tell({ type: 'lesson', name, title, teaches, section, steps: steps.length, nodes });
    try {
      for (const step of steps) await this.#take(step);
      return { type: 'done', promises: this.#witness.promises() };
    } catch (error) {
      return this.#outcomeOf(error);
    }
  }

  #outcomeOf(error: unknown): Outcome {
    const at = `step ${this.#number} of ${this.#lesson.steps.length}`;
    if (this.#options.signal.aborted) return { type: 'stopped', why: `stopped in ${at}` };
    if (!(error instanceof LetoError)) throw error;
    const why = `${at}: ${error.message}`;
    if (error.code === 'LETO_LESSON_FAILED') return { type: 'failed', why };
    if (error.code === 'LETO_TIMED_OUT') return { type: 'timedOut', why };
    throw error;
  }

  async #take(step: Step): Promise<void> {
    this.#number += 1;
    await this.#announce(step);
    const due = this.#doing.slowReplies();
    const { finding, by } = await this.#untilOver(step);
    await this.#settle(due);
    this.#memory = { ...this.#memory, ...finding.remember };
    this.#desk.tell({ type: 'evidence', number: this.#number, by, text: finding.evidence });
  }

  /** Once it can be done, so that its commands can be shown. */
  async #announce({ words, deeds, check, leavesNoTrace }: Step): Promise<void> {
    const deadlineMs = Date.now() + this.#options.patienceMs;
    for (;;) {
      const scene = await this.#look([]);
      const now = deeds(scene);
      if (now !== null || check(scene) !== null) {
        const commands = (now ?? []).map((deed) => typed(deed, scene.view));
        const isDoneHere = leavesNoTrace === true;
        const number = this.#number;
        this.#desk.tell({ type: 'step', number, words, commands, isDoneHere });
        return;
      }
      this.#checkTime(deadlineMs);
      await this.#cluster.untilChange();
    }
  }

  async #untilOver(step: Step): Promise<{ readonly finding: Finding; readonly by: By }> {
    const asked = this.#untilAsked();
    let replies: readonly string[] | null = null;
    for (;;) {
      const scene = await this.#look(replies ?? []);
      const finding = step.check(scene);
      const by = replies === null ? 'student' : 'program';
      if (finding && (by === 'program' || !this.#options.isAuto)) return { finding, by };
      if (asked.deadlineMs === null) {
        await Promise.race([this.#cluster.untilChange(), asked.promise]);
      } else {
        replies = await this.#goOn(step, scene, replies, asked.deadlineMs);
      }
    }
  }

  #untilAsked(): { readonly promise: Promise<void>; deadlineMs: number | null } {
    const begin = () => {
      asked.deadlineMs = Date.now() + this.#options.patienceMs;
    };
    const asked = {
      promise: this.#desk.untilAsked().then(begin),
      deadlineMs: null as number | null,
    };
    // Nobody listens any more where the student has done the step himself.
    asked.promise.catch(() => {});
    return asked;
  }

  /** Does what is due; resolves with the replies once all is done. */
  async #goOn(
    step: Step,
    scene: Scene,
    before: readonly string[] | null,
    deadlineMs: number,
  ): Promise<readonly string[] | null> {
    this.#checkTime(deadlineMs);
    const isDue = before === null || step.repeats === true;
    const replies = isDue ? await this.#perform(step, scene) : before;
    if (!isDue || replies === null) await this.#cluster.untilChange();
    return replies;
  }

  async #perform(step: Step, scene: Scene): Promise<readonly string[] | null> {
    const deeds = step.deeds(scene);
    return deeds && this.#abortable(this.#doing.perform(deeds));
  }

  /** @throws {LetoError} LETO_LESSON_FAILED where a promise of Raft is broken */
  async #look(replies: readonly string[]): Promise<Scene> {
    const { signal } = this.#options;
    signal.throwIfAborted();
    const view = this.#cluster.view();
    const scene = { view, holdings: new Map<string, Holdings>(), replies, memory: this.#memory };
    for (const { id } of runningIn(scene)) {
      const holdings = await this.#abortable(this.#cluster.holdings(id));
      if (holdings) scene.holdings.set(id, holdings);
    }
    const broken = this.#witness.look(scene);
    if (broken === null) return scene;
    throw new LetoError('LETO_LESSON_FAILED', `a promise of Raft is broken: ${broken}`);
  }

  /** @throws {LetoError} LETO_TIMED_OUT */
  #checkTime(deadlineMs: number): void {
    if (Date.now() < deadlineMs) return;
    const { trouble } = this.#doing;
    const seconds = this.#options.patienceMs / 1000;
    const last = trouble === null ? '' : `; the last trouble: ${trouble}`;
    throw new LetoError('LETO_TIMED_OUT', `waited ${seconds} s in vain${last}`);
  }

  /** Slow replies come with the step after the one that asked. */
  async #settle(due: Promise<void>): Promise<void> {
    const deadlineMs = Date.now() + this.#options.patienceMs;
    let isSettled = false;
    const settled = due.then(() => {
      isSettled = true;
    });
    for (;;) {
      await this.#abortable(Promise.race([settled, this.#cluster.untilChange()]));
      if (isSettled) return;
      this.#checkTime(deadlineMs);
    }
  }

  #abortable<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#options;
    return new Promise((resolve, reject) => {
      const stop = () => reject(signal.reason);
      signal.addEventListener('abort', stop, { once: true });
      work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
    });
  }
}
