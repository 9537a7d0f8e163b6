import { type ClusterView, leaderOf, type NodeId } from '../control/index.js';
import type { Board } from './board.js';
import {
  type HeldStep,
  heldStepsIn,
  type StepReportById,
  type StepRequests,
} from './step-requests.js';
import type { Stepper } from './stepper.js';

/** Messages that are delivered until all followers campaign; nine nodes need some two hundred. */
const stepsMax = 1000;

/** Whom the followers hear: once they do so no more, their timers are to run out together. */
interface ArmedFor {
  readonly leader: NodeId;
  readonly term: number;
}

/**
 * Makes all followers campaign in the same term, so that the vote is split (3.4). With PreVote (9.6)
 * nobody campaigns before all have promised each other a vote, which is what messages one by one, in
 * the order in which they came, bring about. One whose log is behind gets no such promise.
 */
export class Alignment {
  readonly #board: Board;
  readonly #stepRequests: StepRequests;
  readonly #stepper: Stepper;
  #armed: ArmedFor | null = null;

  constructor(board: Board, stepRequests: StepRequests, stepper: Stepper) {
    this.#board = board;
    this.#stepRequests = stepRequests;
    this.#stepper = stepper;
  }

  get isArmed(): boolean {
    return this.#armed !== null;
  }

  /** False where no leader is to be waited for: the timers are to run out now. */
  arm(): boolean {
    const { view } = this.#board;
    const leader = leaderOf(view);
    const term = leader?.report?.term ?? 0;
    this.#armed = leader && canReachPeers(view, leader.id) ? { leader: leader.id, term } : null;
    return this.#armed !== null;
  }

  /** Tells so once: the leader that was armed for is dead, frozen or cut off. */
  takeLeaderLoss(): boolean {
    if (!this.#armed) return false;
    const { view } = this.#board;
    const { leader, term } = this.#armed;
    const isLost = !canReachPeers(view, leader);
    const isSucceeded = (leaderOf(view)?.report?.term ?? 0) > term;
    if (isLost || isSucceeded) this.#armed = null;
    return isLost && !isSucceeded;
  }

  /** While the nodes' time stands still. With `onlyTimers` the vote does not begin yet. */
  async expireTimers(onlyTimers: boolean): Promise<StepReportById> {
    let reports = await this.#stepRequests.reportAll();
    const followers = this.#followersIn(reports);
    const isOld = (step: HeldStep) => step.type === 'message' && !followers.includes(step.from);
    reports = await this.#deliverWhile(reports, (steps) => steps.find(isOld));
    reports = await this.#stepper.force(followers, { type: 'electionTimeout' }, reports);
    if (onlyTimers) return reports;
    return this.#deliverWhile(reports, ([first], now) =>
      first?.type === 'message' && !areAllCampaigning(followers, now) ? first : undefined,
    );
  }

  #followersIn(reports: StepReportById): NodeId[] {
    return [...reports]
      .filter(([id, { role }]) => role !== 'leader' && this.#board.node(id)?.report?.voter)
      .map(([id]) => id);
  }

  async #deliverWhile(
    reports: StepReportById,
    choose: (steps: HeldStep[], reports: StepReportById) => HeldStep | undefined,
  ): Promise<StepReportById> {
    let now = reports;
    for (let count = 0; count < stepsMax; count += 1) {
      const step = choose(heldStepsIn(now), now);
      if (!step) break;
      now = await this.#stepper.execute(step, now);
    }
    return now;
  }
}

/** In one term: each has its own vote by then, and no other can get it. */
function areAllCampaigning(followers: readonly NodeId[], reports: StepReportById): boolean {
  const all = followers.flatMap((id) => reports.get(id) ?? []);
  return all.every(({ role, term }) => role === 'candidate' && term === all[0]?.term);
}

/** Does it run, and does what it sends reach anybody? */
function canReachPeers({ nodes, links }: ClusterView, id: NodeId): boolean {
  if (nodes.find((node) => node.id === id)?.state !== 'running') return false;
  const others = nodes.filter((node) => node.id !== id);
  const isCut = (to: NodeId) =>
    links.some((link) => link.from === id && link.to === to && link.cut);
  return others.length === 0 || others.some((node) => !isCut(node.id));
}
