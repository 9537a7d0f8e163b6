/**
 * The virtual time of a cluster: how fast it runs, and the steps while it is stopped. Clients'
 * and sockets' time-outs stay in real time. The clock itself is control/cluster-clock.ts.
 */

import { isDeepStrictEqual } from 'node:util';
import { LetoError } from '../base/index.js';
import {
  ClusterClock,
  checkTimeIntent,
  heldShownMax,
  type NodeId,
  type TimeIntent,
} from '../control/index.js';
import { Alignment } from './alignment.js';
import type { Board } from './board.js';
import type { NodeHandle } from './node-handle.js';
import {
  heldEventsIn,
  heldStepsIn,
  type StepReportById,
  type StepRequests,
} from './step-requests.js';
import { Stepper } from './stepper.js';

/** How often the held events in the view are refreshed while time is stopped. */
const refreshIntervalMs = 100;

export class ClusterTime {
  readonly #board: Board;
  readonly #nodes: ReadonlyMap<NodeId, NodeHandle>;
  readonly #stepRequests: StepRequests;
  readonly #stepper: Stepper;
  readonly #alignment: Alignment;
  /** An alignment stops this clock for a moment, while the view still shows the chosen speed. */
  readonly clock: ClusterClock;
  #lastChange: Promise<unknown> = Promise.resolve();
  #changesInProgress = 0;
  #refreshTimer: NodeJS.Timeout | null = null;

  constructor(board: Board, nodes: ReadonlyMap<NodeId, NodeHandle>, stepRequests: StepRequests) {
    this.#board = board;
    this.#nodes = nodes;
    this.#stepRequests = stepRequests;
    this.clock = ClusterClock.create(board.view.speed, realNowMs);
    this.#stepper = new Stepper(stepRequests, this.clock);
    this.#alignment = new Alignment(board, stepRequests, this.#stepper);
    board.onChange(() => {
      if (this.#alignment.takeLeaderLoss()) void this.#enqueue(() => this.#expireTimers());
    });
    this.#restartRefreshTimer();
  }

  /**
   * Carries out a time intent.
   * @throws {LetoError} LETO_BAD_OPTION, LETO_NODE_STATE
   */
  async change(intent: TimeIntent): Promise<void> {
    checkTimeIntent(intent);
    await this.#enqueue(async () => {
      if (intent.type === 'speed') await this.#setSpeed(intent.factor);
      else if (intent.type === 'step') await this.#step(intent.count);
      else await this.#align();
    });
  }

  /** Updates the held events in the view. A change in progress does that itself. */
  async refresh(): Promise<void> {
    if (this.#board.view.speed !== 0 || this.#changesInProgress > 0) return;
    await this.#enqueue(async () => this.#show(await this.#stepRequests.reportAll()));
  }

  close(): void {
    if (this.#refreshTimer) clearInterval(this.#refreshTimer);
    this.#refreshTimer = null;
  }

  /**
   * Runs `act`, which may end or pause the leader. If an alignment waits for that, time is stopped
   * until the timers have expired, so that no follower starts an election before the others.
   */
  async maybeStopTimeDuring<T>(act: () => Promise<T>): Promise<T> {
    if (!this.#alignment.isArmed) return act();
    this.#runNodesAt(0);
    try {
      return await act();
    } finally {
      await this.#enqueue(async () => this.#runNodesAt(this.#board.view.speed));
    }
  }

  /** Makes one change at a time: the next begins when the previous one is done. */
  async #enqueue(change: () => Promise<void>): Promise<void> {
    this.#changesInProgress += 1;
    const done = this.#lastChange.then(change).finally(() => {
      this.#changesInProgress -= 1;
    });
    this.#lastChange = done.catch(() => {});
    await done;
  }

  async #setSpeed(speed: number): Promise<void> {
    this.#runNodesAt(speed);
    if (speed !== this.#board.view.speed) {
      this.#board.publish({ type: 'speed', speed });
      this.#board.record(null, { type: 'speedChanged', speed });
    }
    this.#restartRefreshTimer();
    this.#show(await this.#stepRequests.reportAll());
  }

  #runNodesAt(speed: number): void {
    this.clock.setSpeed(speed);
    for (const node of this.#nodes.values()) node.post({ type: 'clockChanged' });
  }

  #restartRefreshTimer(): void {
    this.close();
    if (this.#board.view.speed !== 0) return;
    this.#refreshTimer = setInterval(() => void this.refresh(), refreshIntervalMs).unref();
  }

  #show(reports: StepReportById): void {
    const { speed, held: before } = this.#board.view;
    const held = speed === 0 ? heldEventsIn(reports, this.clock.nowMs).slice(0, heldShownMax) : [];
    if (!isDeepStrictEqual(held, before)) this.#board.publish({ type: 'held', held });
  }

  async #step(count: number): Promise<void> {
    if (this.#board.view.speed !== 0) {
      const message =
        'time is running, so there is nothing to step; stop it first: leto-cluster speed 0';
      throw new LetoError('LETO_NODE_STATE', message);
    }
    let reports = await this.#stepRequests.reportAll();
    for (let taken = 0; taken < count; taken += 1) {
      const [next] = heldStepsIn(reports);
      if (!next) throw nothingHeldError();
      reports = await this.#stepper.execute(next, reports);
      this.#show(reports);
    }
  }

  async #align(): Promise<void> {
    this.#board.record(null, { type: 'timersAligned' });
    if (!this.#alignment.arm()) await this.#expireTimers();
  }

  /** Stops time meanwhile, so that no node gets ahead of the others. */
  async #expireTimers(): Promise<void> {
    const { speed } = this.#board.view;
    this.#runNodesAt(0);
    this.clock.countChange();
    this.#show(await this.#alignment.expireTimers(speed === 0));
    this.#runNodesAt(speed);
  }
}

function nothingHeldError(): LetoError {
  const message = 'no node is running, so there is nothing to step; restart or resume one';
  return new LetoError('LETO_NODE_STATE', message);
}

/** Returns the time of the system's monotonic clock, in ms, which all threads share. */
function realNowMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1_000_000;
}
