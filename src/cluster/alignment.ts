/**
 * Split votes on purpose: makes the election timers of all followers expire at the same instant.
 * time.ts decides when; stepper.ts delivers the messages one by one.
 */

import { type ClusterView, leaderOf, type NodeId } from '../control/index.js';
import type { Board } from './board.js';
import {
  type HeldStep,
  heldStepsIn,
  type StepReportById,
  type StepRequests,
} from './step-requests.js';
import type { Stepper } from './stepper.js';

/** The most messages to deliver until all followers are candidates; nine nodes need about 200. */
const stepsMax = 1000;

/** The leader whose loss makes the timers expire. */
interface ArmedFor {
  readonly leader: NodeId;
  readonly term: number;
}

/**
 * Makes all followers candidates in the same term, so that the vote is split (3.4). With PreVote
 * (9.6) this works because messages are delivered one by one in the order of arrival: all followers
 * grant each other's PreVote before any of them starts an election. A follower whose log is behind
 * gets no PreVote and does not take part.
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

  /** True while the alignment waits for the loss of a leader. */
  get isArmed(): boolean {
    return this.#armed !== null;
  }

  /** Waits for the loss of the current leader. Returns false if there is none to wait for. */
  arm(): boolean {
    const { view } = this.#board;
    const leader = leaderOf(view);
    const term = leader?.report?.term ?? 0;
    this.#armed = leader && canReachPeers(view, leader.id) ? { leader: leader.id, term } : null;
    return this.#armed !== null;
  }

  /** Returns true once, when the leader is dead, paused or cut off and has no successor yet. */
  takeLeaderLoss(): boolean {
    if (!this.#armed) return false;
    const { view } = this.#board;
    const { leader, term } = this.#armed;
    const isLost = !canReachPeers(view, leader);
    const isSucceeded = (leaderOf(view)?.report?.term ?? 0) > term;
    if (isLost || isSucceeded) this.#armed = null;
    return isLost && !isSucceeded;
  }

  /**
   * Expires the election timers of all followers and splits the vote. The nodes' time must be
   * stopped. With `onlyTimers`, the messages of the vote are left to the user's steps.
   */
  async expireTimers(onlyTimers: boolean): Promise<StepReportById> {
    let reports = await this.#stepRequests.reportAll();
    const followers = this.#followersIn(reports);
    // Delivered later, a message of the lost leader would make a candidate a follower again.
    const isFromOther = (step: HeldStep) =>
      step.type === 'message' && !followers.includes(step.from);
    reports = await this.#deliverWhile(reports, (steps) => steps.find(isFromOther));
    reports = await this.#stepper.force(followers, { type: 'electionTimeout' }, reports);
    if (onlyTimers) return reports;
    return this.#deliverWhile(reports, ([first], now) =>
      first?.type === 'message' && !areAllCandidates(followers, now) ? first : undefined,
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

/** Returns true when all are candidates in one term. Each has its own vote, so none can win. */
function areAllCandidates(followers: readonly NodeId[], reports: StepReportById): boolean {
  const all = followers.flatMap((id) => reports.get(id) ?? []);
  return all.every(({ role, term }) => role === 'candidate' && term === all[0]?.term);
}

/** Returns true when the node runs and at least one of its outgoing links is not cut. */
function canReachPeers({ nodes, links }: ClusterView, id: NodeId): boolean {
  if (nodes.find((node) => node.id === id)?.state !== 'running') return false;
  const others = nodes.filter((node) => node.id !== id);
  const isCut = (to: NodeId) =>
    links.some((link) => link.from === id && link.to === to && link.cut);
  return others.length === 0 || others.some((node) => !isCut(node.id));
}
