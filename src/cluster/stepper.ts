import type { ForcedEvent, NodeId, StepReport } from '../control/index.js';
import type { NodeHandle } from './node-handle.js';
import type { HeldStep, StepReportById, StepRequests } from './step-requests.js';

/** A message that has not come in by then, in real time, is lost, as on any network. */
const arrivalMsMax = 1000;

/** Lets things happen one by one while time stands still, each with all that comes of it. */
export class Stepper {
  readonly #stepRequests: StepRequests;
  readonly #nodes: ReadonlyMap<NodeId, NodeHandle>;

  constructor(stepRequests: StepRequests, nodes: ReadonlyMap<NodeId, NodeHandle>) {
    this.#stepRequests = stepRequests;
    this.#nodes = nodes;
  }

  /** `before` is how all stand now; resolves with how they stand then. */
  async execute(step: HeldStep, before: StepReportById): Promise<StepReportById> {
    if (step.type === 'timer') this.#advanceOthers(step.node, step.inMs);
    const { number } = step.type === 'message' ? step : { number: 0 };
    const event: ForcedEvent = step.type === 'message' ? { type: 'message', number } : step;
    return this.force([step.node], event, before);
  }

  /** At some nodes at once. */
  async force(
    ids: readonly NodeId[],
    event: ForcedEvent,
    before: StepReportById,
  ): Promise<StepReportById> {
    const after = await Promise.all(ids.map((id) => this.#stepRequests.force(id, event)));
    const inFlight = ids.flatMap((id, at) => inFlightFrom(id, before.get(id), after[at] ?? null));
    return this.#untilArrived(inFlight, before);
  }

  /** Time is one for all nodes: the clock of the one reaches the timer by itself. */
  #advanceOthers(id: NodeId, ms: number): void {
    for (const node of this.#nodes.values()) {
      if (node.id !== id) node.post({ type: 'advance', ms });
    }
  }

  async #untilArrived(
    inFlight: readonly InFlight[],
    before: StepReportById,
  ): Promise<StepReportById> {
    const endMs = performance.now() + arrivalMsMax;
    for (;;) {
      const now = await this.#stepRequests.reportAll();
      const isMissing = ({ from, to, count }: InFlight) =>
        now.has(to) && receivedFrom(from, now.get(to)) - receivedFrom(from, before.get(to)) < count;
      if (!inFlight.some(isMissing) || performance.now() >= endMs) return now;
    }
  }
}

/** Messages that have left one node and are to arrive at another. */
interface InFlight {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly count: number;
}

function inFlightFrom(
  from: NodeId,
  before: StepReport | undefined,
  after: StepReport | null,
): InFlight[] {
  return [...(after?.sent ?? [])].map(([to, count]) => ({
    from,
    to,
    count: count - (before?.sent.get(to) ?? 0),
  }));
}

function receivedFrom(from: NodeId, report: StepReport | undefined): number {
  return report?.received.get(from) ?? 0;
}
