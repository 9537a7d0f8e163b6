import { type ClusterView, leaderOf, type NodeId } from '../control/index.js';
import type { Board } from './board.js';
import { type StandingById, type Standings, type Step, stepsIn } from './standings.js';
import type { Stepper } from './stepper.js';

/** Messages that are delivered until all followers campaign; nine nodes need some two hundred. */
const stepsMax = 1000;

/** Whom the followers hear: once they do so no more, their timers are to run out together. */
interface Armed {
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
  readonly #standings: Standings;
  readonly #stepper: Stepper;
  #armed: Armed | null = null;

  constructor(board: Board, standings: Standings, stepper: Stepper) {
    this.#board = board;
    this.#standings = standings;
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
    this.#armed = leader && isHeard(view, leader.id) ? { leader: leader.id, term } : null;
    return this.#armed !== null;
  }

  /** Tells so once: the leader that was armed for is dead, frozen or cut off. */
  takeIsLeaderLost(): boolean {
    if (!this.#armed) return false;
    const { view } = this.#board;
    const { leader, term } = this.#armed;
    const isLost = !isHeard(view, leader);
    const isSucceeded = (leaderOf(view)?.report?.term ?? 0) > term;
    if (isLost || isSucceeded) this.#armed = null;
    return isLost && !isSucceeded;
  }

  /** While the nodes' time stands still. With `onlyTimers` the vote does not begin yet. */
  async runOutTimers(onlyTimers: boolean): Promise<StandingById> {
    let standings = await this.#standings.all();
    const followers = this.#followersIn(standings);
    const isOld = (step: Step) => step.type === 'message' && !followers.includes(step.from);
    standings = await this.#deliverWhile(standings, (steps) => steps.find(isOld));
    standings = await this.#stepper.letHappen(followers, { type: 'electionTimeout' }, standings);
    if (onlyTimers) return standings;
    return this.#deliverWhile(standings, ([first], now) =>
      first?.type === 'message' && !doAllCampaign(followers, now) ? first : undefined,
    );
  }

  #followersIn(standings: StandingById): NodeId[] {
    return [...standings]
      .filter(([id, { role }]) => role !== 'leader' && this.#board.node(id)?.report?.voter)
      .map(([id]) => id);
  }

  async #deliverWhile(
    standings: StandingById,
    choose: (steps: Step[], standings: StandingById) => Step | undefined,
  ): Promise<StandingById> {
    let now = standings;
    for (let count = 0; count < stepsMax; count += 1) {
      const step = choose(stepsIn(now), now);
      if (!step) break;
      now = await this.#stepper.take(step, now);
    }
    return now;
  }
}

/** In one term: each has its own vote by then, and no other can get it. */
function doAllCampaign(followers: readonly NodeId[], standings: StandingById): boolean {
  const all = followers.flatMap((id) => standings.get(id) ?? []);
  return all.every(({ role, term }) => role === 'candidate' && term === all[0]?.term);
}

/** Does it run, and does what it sends reach anybody? */
function isHeard({ nodes, links }: ClusterView, id: NodeId): boolean {
  if (nodes.find((node) => node.id === id)?.state !== 'running') return false;
  const others = nodes.filter((node) => node.id !== id);
  const isCut = (to: NodeId) =>
    links.some((link) => link.from === id && link.to === to && link.cut);
  return others.length === 0 || others.some((node) => !isCut(node.id));
}
