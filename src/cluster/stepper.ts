/**
 * Releases one held event at a time while time is stopped, and waits until everything that
 * follows from it has happened. step-requests.ts talks to the nodes.
 */

import type { ClusterClock, ForcedEvent, NodeId, StepReport } from '../control/index.js';
import type { HeldStep, StepReportById, StepRequests } from './step-requests.js';

/** How long to wait for a message to arrive (real time). After that it counts as lost. */
const arrivalMsMax = 1000;

export class Stepper {
  readonly #stepRequests: StepRequests;
  readonly #clock: ClusterClock;

  constructor(stepRequests: StepRequests, clock: ClusterClock) {
    this.#stepRequests = stepRequests;
    this.#clock = clock;
  }

  /** Releases one held event. `before` holds the current reports; resolves with the new ones. */
  async execute(step: HeldStep, before: StepReportById): Promise<StepReportById> {
    if (step.type === 'message') {
      return this.force([step.node], { type: 'message', number: step.number }, before);
    }
    this.#clock.advanceTo(step.atMs);
    return this.force([step.node], { type: 'timer' }, before);
  }

  /** Forces an event on some nodes at the same time. Resolves with the reports after it. */
  async force(
    ids: readonly NodeId[],
    event: ForcedEvent,
    before: StepReportById,
  ): Promise<StepReportById> {
    const after = await Promise.all(ids.map((id) => this.#stepRequests.force(id, event)));
    const inFlight = ids.flatMap((id, at) => inFlightFrom(id, before.get(id), after[at] ?? null));
    return this.#untilArrived(inFlight, before);
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

/** The number of messages that one node has sent and another has yet to receive. */
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
