/**
 * Requests to nodes while time is stopped: each forces an event, or only asks for a report. What
 * to force, and in which order, is up to stepper.ts and alignment.ts.
 */

import type { ForcedEvent, HeldEvent, NodeId, StepReport } from '../control/index.js';
import type { Board } from './board.js';
import type { NodeHandle } from './node-handle.js';

/** The reports of the running nodes. Nodes that do not run have none. */
export type StepReportById = ReadonlyMap<NodeId, StepReport>;

interface PendingRequest {
  readonly id: NodeId;
  readonly resolve: (report: StepReport | null) => void;
}

export class StepRequests {
  readonly #board: Board;
  readonly #nodes: ReadonlyMap<NodeId, NodeHandle>;
  /** The requests that have no answer yet, by number. */
  readonly #pending = new Map<number, PendingRequest>();
  #lastNumber = 0;

  constructor(board: Board, nodes: ReadonlyMap<NodeId, NodeHandle>) {
    this.#board = board;
    this.#nodes = nodes;
  }

  /**
   * Forces an event on a node, or only asks for a report when `event` is null. Resolves once the
   * node has finished all that follows from the event, or with null when it does not run.
   */
  force(id: NodeId, event: ForcedEvent | null): Promise<StepReport | null> {
    const node = this.#nodes.get(id);
    if (!node || node.isPaused || this.#board.node(id)?.state !== 'running') {
      return Promise.resolve(null);
    }
    this.#lastNumber += 1;
    const number = this.#lastNumber;
    node.post({ type: 'forceEvent', number, event });
    return new Promise((resolve) => this.#pending.set(number, { id, resolve }));
  }

  /** Asks all running nodes for a report. */
  async reportAll(): Promise<StepReportById> {
    const ids = [...this.#nodes.keys()];
    const reports = await Promise.all(ids.map((id) => this.force(id, null)));
    return new Map(
      ids.flatMap((id, at) => {
        const report = reports[at];
        return report ? [[id, report] as const] : [];
      }),
    );
  }

  handleReport(number: number, report: StepReport): void {
    this.#pending.get(number)?.resolve(report);
    this.#pending.delete(number);
  }

  /** Answers the requests to a dead or paused node with null. */
  cancel(lost: NodeId): void {
    for (const [number, { id, resolve }] of [...this.#pending]) {
      if (id !== lost) continue;
      this.#pending.delete(number);
      resolve(null);
    }
  }
}

/** A held event that one step can release. */
export type HeldStep =
  | {
      readonly type: 'message';
      readonly node: NodeId;
      readonly from: NodeId;
      readonly number: number;
    }
  | { readonly type: 'timer'; readonly node: NodeId; readonly atMs: number };

type HeldItem = { readonly step: HeldStep; readonly event: HeldEvent };

/** Returns everything that waits: first the messages by arrival, then the timers by due time. */
function heldIn(reports: StepReportById, nowMs: number): HeldItem[] {
  const messages: (HeldItem & { readonly number: number })[] = [];
  const timers: (HeldItem & { readonly atMs: number })[] = [];
  for (const [node, { held, nextTimerAtMs: atMs }] of reports) {
    for (const { number, message } of held) {
      const step = { type: 'message', node, from: message.from, number } as const;
      messages.push({ number, step, event: { type: 'message', node, message } });
    }
    const inMs = Math.ceil(Math.max(0, atMs - nowMs));
    const event = { type: 'timer', node, inMs } as const;
    timers.push({ atMs, step: { type: 'timer', node, atMs }, event });
  }
  messages.sort((a, b) => a.number - b.number);
  timers.sort((a, b) => a.atMs - b.atMs);
  return [...messages, ...timers];
}

/** @param nowMs The time on the cluster's clock. */
export function heldEventsIn(reports: StepReportById, nowMs: number): HeldEvent[] {
  return heldIn(reports, nowMs).map(({ event }) => event);
}

export function heldStepsIn(reports: StepReportById): HeldStep[] {
  return heldIn(reports, 0).map(({ step }) => step);
}
