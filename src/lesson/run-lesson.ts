/**
 * Runs a lesson step by step: announces each step, waits until the student has done it or performs
 * it on request (action-runner.ts), and watches Raft's guarantees (witness.ts) all the while.
 */

import { LetoError } from '../base/index.js';
import { ActionRunner } from './action-runner.js';
import { shellCommandOf } from './actions.js';
import type { Lesson, Step, StepCompletion } from './lesson.js';
import type { LessonCluster, LessonUi } from './lesson-environment.js';
import type { DoneBy, LessonOutcome } from './lesson-events.js';
import { type LessonScene, type NodeContents, runningIn } from './lesson-scene.js';
import { Witness } from './witness.js';

interface LessonOptions {
  /** True when the program performs every step, even one that is already complete. */
  readonly isAuto: boolean;
  /** How long one step may take, from when the program starts to perform it (milliseconds). */
  readonly stepTimeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Runs a lesson on a cluster that is ready, and resolves with its outcome. A lesson that fails or
 * times out is an outcome, not an error.
 * @throws {LetoError} for errors that waiting does not cure, such as LETO_CLUSTER_GONE
 */
export async function runLesson(
  lesson: Lesson,
  cluster: LessonCluster,
  ui: LessonUi,
  options: LessonOptions,
): Promise<LessonOutcome> {
  const run = new LessonRun(lesson, cluster, ui, options);
  const outcome = await run.outcome();
  ui.emit({ type: 'end', outcome });
  return outcome;
}

class LessonRun {
  readonly #lesson: Lesson;
  readonly #cluster: LessonCluster;
  readonly #ui: LessonUi;
  readonly #options: LessonOptions;
  readonly #witness: Witness;
  readonly #runner: ActionRunner;
  #memory: LessonScene['memory'] = {};
  #number = 0;

  constructor(lesson: Lesson, cluster: LessonCluster, ui: LessonUi, options: LessonOptions) {
    this.#lesson = lesson;
    this.#cluster = cluster;
    this.#ui = ui;
    this.#options = options;
    this.#witness = new Witness(lesson.breaksLogs !== true);
    this.#runner = new ActionRunner(cluster, ui, options.signal);
  }

  async outcome(): Promise<LessonOutcome> {
    const { name, title, teaches, section, steps } = this.#lesson;
    const nodes = this.#cluster.view().nodes.map(({ id, respPort }) => ({ id, port: respPort }));
    this.#ui.emit({ type: 'lesson', name, title, teaches, section, steps: steps.length, nodes });
    try {
      for (const step of steps) await this.#runStep(step);
      return { type: 'done', promises: this.#witness.heldGuarantees() };
    } catch (error) {
      return this.#outcomeOf(error);
    }
  }

  #outcomeOf(error: unknown): LessonOutcome {
    const at = `step ${this.#number} of ${this.#lesson.steps.length}`;
    if (this.#options.signal.aborted) return { type: 'stopped', why: `stopped in ${at}` };
    if (!(error instanceof LetoError)) throw error;
    const why = `${at}: ${error.message}`;
    if (error.code === 'LETO_LESSON_FAILED') return { type: 'failed', why };
    if (error.code === 'LETO_TIMED_OUT') return { type: 'timedOut', why };
    throw error;
  }

  async #runStep(step: Step): Promise<void> {
    this.#number += 1;
    await this.#announce(step);
    const deferred = this.#runner.deferredReplies();
    const { completion, by } = await this.#untilStepDone(step);
    await this.#awaitDeferred(deferred);
    this.#memory = { ...this.#memory, ...completion.remember };
    this.#ui.emit({ type: 'evidence', number: this.#number, by, text: completion.evidence });
  }

  /** Waits until the step can be done, since its commands depend on the scene, and shows it. */
  async #announce({ instructions: words, actions, check, leavesNoTrace }: Step): Promise<void> {
    const deadlineMs = Date.now() + this.#options.stepTimeoutMs;
    for (;;) {
      const scene = await this.#readScene([]);
      const possible = actions(scene);
      if (possible !== null || check(scene) !== null) {
        const commands = (possible ?? []).map((action) => shellCommandOf(action, scene.view));
        const isDoneHere = leavesNoTrace === true;
        const number = this.#number;
        this.#ui.emit({ type: 'step', number, words, commands, isDoneHere });
        return;
      }
      this.#checkDeadline(deadlineMs);
      await this.#cluster.untilChange();
    }
  }

  async #untilStepDone(
    step: Step,
  ): Promise<{ readonly completion: StepCompletion; readonly by: DoneBy }> {
    const helpRequest = this.#requestHelp();
    let replies: readonly string[] | null = null;
    for (;;) {
      const scene = await this.#readScene(replies ?? []);
      const completion = step.check(scene);
      const by = replies === null ? 'student' : 'program';
      if (completion && (by === 'program' || !this.#options.isAuto)) return { completion, by };
      if (helpRequest.deadlineMs === null) {
        await Promise.race([this.#cluster.untilChange(), helpRequest.promise]);
      } else {
        replies = await this.#performIfDue(step, scene, replies, helpRequest.deadlineMs);
      }
    }
  }

  #requestHelp(): { readonly promise: Promise<void>; deadlineMs: number | null } {
    const begin = () => {
      helpRequest.deadlineMs = Date.now() + this.#options.stepTimeoutMs;
    };
    const helpRequest = {
      promise: this.#ui.untilHelpRequested().then(begin),
      deadlineMs: null as number | null,
    };
    // When the student completes the step, nothing awaits this promise any more.
    helpRequest.promise.catch(() => {});
    return helpRequest;
  }

  /** Performs the step if it is due. Resolves with its replies, or null until it is performed. */
  async #performIfDue(
    step: Step,
    scene: LessonScene,
    before: readonly string[] | null,
    deadlineMs: number,
  ): Promise<readonly string[] | null> {
    this.#checkDeadline(deadlineMs);
    const isDue = before === null || step.repeats === true;
    const replies = isDue ? await this.#perform(step, scene) : before;
    if (!isDue || replies === null) await this.#cluster.untilChange();
    return replies;
  }

  async #perform(step: Step, scene: LessonScene): Promise<readonly string[] | null> {
    const actions = step.actions(scene);
    return actions && this.#abortable(this.#runner.perform(actions));
  }

  /** @throws {LetoError} LETO_LESSON_FAILED when a guarantee of Raft is violated */
  async #readScene(replies: readonly string[]): Promise<LessonScene> {
    const { signal } = this.#options;
    signal.throwIfAborted();
    const view = this.#cluster.view();
    const scene = {
      view,
      contents: new Map<string, NodeContents>(),
      replies,
      memory: this.#memory,
    };
    for (const { id } of runningIn(scene)) {
      const contents = await this.#abortable(this.#cluster.readContents(id));
      if (contents) scene.contents.set(id, contents);
    }
    const violation = this.#witness.findViolation(scene);
    if (violation === null) return scene;
    throw new LetoError('LETO_LESSON_FAILED', `a guarantee of Raft is violated: ${violation}`);
  }

  /** @throws {LetoError} LETO_TIMED_OUT */
  #checkDeadline(deadlineMs: number): void {
    if (Date.now() < deadlineMs) return;
    const { lastFailure } = this.#runner;
    const seconds = this.#options.stepTimeoutMs / 1000;
    const last = lastFailure === null ? '' : `; last failure: ${lastFailure}`;
    throw new LetoError('LETO_TIMED_OUT', `timed out after ${seconds} s${last}`);
  }

  /** Waits for the deferred replies of earlier steps, which this step has caused. */
  async #awaitDeferred(deferred: Promise<void>): Promise<void> {
    const deadlineMs = Date.now() + this.#options.stepTimeoutMs;
    let isSettled = false;
    const settled = deferred.then(() => {
      isSettled = true;
    });
    for (;;) {
      await this.#abortable(Promise.race([settled, this.#cluster.untilChange()]));
      if (isSettled) return;
      this.#checkDeadline(deadlineMs);
    }
  }

  /** Rejects with the signal's reason as soon as the signal aborts, whatever `work` does. */
  #abortable<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#options;
    return new Promise((resolve, reject) => {
      const stop = () => reject(signal.reason);
      signal.addEventListener('abort', stop, { once: true });
      work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
    });
  }
}
