import type { Happening, NodeId, Standing } from '../control/index.js';
import type { NodeHandle } from './node-handle.js';
import type { StandingById, Standings, Step } from './standings.js';

/** A message that has not come in by then, in real time, is lost, as on any network. */
const arrivalMsMax = 1000;

/** Lets things happen one by one while time stands still, each with all that comes of it. */
export class Stepper {
  readonly #standings: Standings;
  readonly #nodes: ReadonlyMap<NodeId, NodeHandle>;

  constructor(standings: Standings, nodes: ReadonlyMap<NodeId, NodeHandle>) {
    this.#standings = standings;
    this.#nodes = nodes;
  }

  /** `before` is how all stand now; resolves with how they stand then. */
  async take(step: Step, before: StandingById): Promise<StandingById> {
    if (step.type === 'timer') this.#advanceOthers(step.node, step.inMs);
    const { number } = step.type === 'message' ? step : { number: 0 };
    const happening: Happening = step.type === 'message' ? { type: 'message', number } : step;
    return this.letHappen([step.node], happening, before);
  }

  /** At some nodes at once. */
  async letHappen(
    ids: readonly NodeId[],
    happening: Happening,
    before: StandingById,
  ): Promise<StandingById> {
    const after = await Promise.all(ids.map((id) => this.#standings.letHappen(id, happening)));
    const owed = ids.flatMap((id, at) => owedBy(id, before.get(id), after[at] ?? null));
    return this.#untilArrived(owed, before);
  }

  /** Time is one for all nodes: the clock of the one reaches the timer by itself. */
  #advanceOthers(id: NodeId, ms: number): void {
    for (const node of this.#nodes.values()) {
      if (node.id !== id) node.post({ type: 'advance', ms });
    }
  }

  async #untilArrived(owed: readonly Owed[], before: StandingById): Promise<StandingById> {
    const endMs = performance.now() + arrivalMsMax;
    for (;;) {
      const now = await this.#standings.all();
      const isMissing = ({ from, to, count }: Owed) =>
        now.has(to) && heardOf(from, now.get(to)) - heardOf(from, before.get(to)) < count;
      if (!owed.some(isMissing) || performance.now() >= endMs) return now;
    }
  }
}

/** Messages that have left one node and are to arrive at another. */
interface Owed {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly count: number;
}

function owedBy(from: NodeId, before: Standing | undefined, after: Standing | null): Owed[] {
  return [...(after?.sent ?? [])].map(([to, count]) => ({
    from,
    to,
    count: count - (before?.sent.get(to) ?? 0),
  }));
}

function heardOf(from: NodeId, standing: Standing | undefined): number {
  return standing?.heard.get(from) ?? 0;
}
