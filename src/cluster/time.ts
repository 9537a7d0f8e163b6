import { isDeepStrictEqual } from 'node:util';
import { LetoError } from '../base/index.js';
import { checkTimeIntent, heldShownMax, type NodeId, type TimeIntent } from '../control/index.js';
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

/** While time stands still, the view shows what waits, and is brought up to date so often. */
const refreshIntervalMs = 100;

/**
 * The one time of all nodes: how fast it passes, and what happens while it stands still. It waits for
 * nothing but the nodes; users' patience and the sockets' time-outs are real.
 */
export class ClusterTime {
  readonly #board: Board;
  readonly #nodes: ReadonlyMap<NodeId, NodeHandle>;
  readonly #stepRequests: StepRequests;
  readonly #stepper: Stepper;
  readonly #alignment: Alignment;
  /** What the nodes run at: it is 0 for a moment while their timers are aligned. */
  #nodeSpeed: number;
  #lastChange: Promise<unknown> = Promise.resolve();
  #changesUnderWay = 0;
  #refreshTimer: NodeJS.Timeout | null = null;

  constructor(board: Board, nodes: ReadonlyMap<NodeId, NodeHandle>, stepRequests: StepRequests) {
    this.#board = board;
    this.#nodes = nodes;
    this.#stepRequests = stepRequests;
    this.#stepper = new Stepper(stepRequests, nodes);
    this.#nodeSpeed = board.view.speed;
    this.#alignment = new Alignment(board, stepRequests, this.#stepper);
    board.onChange(() => {
      if (this.#alignment.takeLeaderLoss()) void this.#enqueue(() => this.#expireTimers());
    });
    this.#restartRefreshTimer();
  }

  /** Of a node that begins now. */
  get nodeSpeed(): number {
    return this.#nodeSpeed;
  }

  /** @throws {LetoError} LETO_BAD_OPTION, LETO_NODE_STATE */
  async change(intent: TimeIntent): Promise<void> {
    checkTimeIntent(intent);
    await this.#enqueue(async () => {
      if (intent.type === 'speed') await this.#setSpeed(intent.factor);
      else if (intent.type === 'step') await this.#step(intent.count);
      else await this.#align();
    });
  }

  /** While time stands still: the view shows what waits now. A change under way does so itself. */
  async refresh(): Promise<void> {
    if (this.#board.view.speed !== 0 || this.#changesUnderWay > 0) return;
    await this.#enqueue(async () => this.#show(await this.#stepRequests.reportAll()));
  }

  close(): void {
    if (this.#refreshTimer) clearInterval(this.#refreshTimer);
    this.#refreshTimer = null;
  }

  /**
   * `act` may cost the leader its life. Where an alignment waits for that, time stands still from
   * before it until the timers have run out, so that nobody campaigns by itself.
   */
  async maybeStopTimeDuring(act: () => Promise<void>): Promise<void> {
    if (!this.#alignment.isArmed) {
      await act();
      return;
    }
    this.#runNodesAt(0);
    try {
      await act();
    } finally {
      await this.#enqueue(async () => this.#runNodesAt(this.#board.view.speed));
    }
  }

  /** One change at a time: the next begins when the last one is done. */
  async #enqueue(change: () => Promise<void>): Promise<void> {
    this.#changesUnderWay += 1;
    const done = this.#lastChange.then(change).finally(() => {
      this.#changesUnderWay -= 1;
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
    this.#nodeSpeed = speed;
    for (const node of this.#nodes.values()) node.setSpeed(speed);
  }

  #restartRefreshTimer(): void {
    this.close();
    if (this.#board.view.speed !== 0) return;
    this.#refreshTimer = setInterval(() => void this.refresh(), refreshIntervalMs).unref();
  }

  #show(reports: StepReportById): void {
    const { speed, held: before } = this.#board.view;
    const held = speed === 0 ? heldEventsIn(reports).slice(0, heldShownMax) : [];
    if (!isDeepStrictEqual(held, before)) this.#board.publish({ type: 'held', held });
  }

  async #step(count: number): Promise<void> {
    if (this.#board.view.speed !== 0) {
      const message =
        'time passes, so nothing waits for a step; stop it first: leto-cluster speed 0';
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

  /** Time stands still meanwhile, so that nobody is ahead of the others. */
  async #expireTimers(): Promise<void> {
    const { speed } = this.#board.view;
    this.#runNodesAt(0);
    this.#show(await this.#alignment.expireTimers(speed === 0));
    this.#runNodesAt(speed);
  }
}

function nothingHeldError(): LetoError {
  const message = 'no node runs, so nothing can happen; restart or resume one';
  return new LetoError('LETO_NODE_STATE', message);
}
