import type { ForcedEvent, HeldEvent, NodeId, StepReport } from '../control/index.js';
import type { Board } from './board.js';
import type { NodeHandle } from './node-handle.js';

/** How the running nodes stand; the others do not answer. */
export type StepReportById = ReadonlyMap<NodeId, StepReport>;

interface PendingRequest {
  readonly id: NodeId;
  readonly resolve: (report: StepReport | null) => void;
}

/** Asks nodes whose time stands still how they stand, and lets things happen there. */
export class StepRequests {
  readonly #board: Board;
  readonly #nodes: ReadonlyMap<NodeId, NodeHandle>;
  /** Without an answer, by number. */
  readonly #pending = new Map<number, PendingRequest>();
  #lastNumber = 0;

  constructor(board: Board, nodes: ReadonlyMap<NodeId, NodeHandle>) {
    this.#board = board;
    this.#nodes = nodes;
  }

  /** Resolves once all that came of it is done there; null: it does not run, or no more. */
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

  /** The node is dead or frozen: it does not answer any more. */
  cancel(lost: NodeId): void {
    for (const [number, { id, resolve }] of [...this.#pending]) {
      if (id !== lost) continue;
      this.#pending.delete(number);
      resolve(null);
    }
  }
}

/** What one step lets happen. */
export type HeldStep =
  | {
      readonly type: 'message';
      readonly node: NodeId;
      readonly from: NodeId;
      readonly number: number;
    }
  | { readonly type: 'timer'; readonly node: NodeId; readonly inMs: number };

type HeldItem = { readonly step: HeldStep; readonly event: HeldEvent };

/** All that waits, in order: messages as they came, and then the timers. */
function heldIn(reports: StepReportById): HeldItem[] {
  const messages: (HeldItem & { readonly number: number })[] = [];
  const timers: (HeldItem & { readonly inMs: number })[] = [];
  for (const [node, { held, nextTimerInMs: inMs }] of reports) {
    for (const { number, message } of held) {
      const step = { type: 'message', node, from: message.from, number } as const;
      messages.push({ number, step, event: { type: 'message', node, message } });
    }
    const event = { type: 'timer', node, inMs: Math.ceil(inMs) } as const;
    timers.push({ inMs, step: { type: 'timer', node, inMs }, event });
  }
  messages.sort((a, b) => a.number - b.number);
  timers.sort((a, b) => a.inMs - b.inMs);
  return [...messages, ...timers];
}

export function heldEventsIn(reports: StepReportById): HeldEvent[] {
  return heldIn(reports).map(({ event }) => event);
}

export function heldStepsIn(reports: StepReportById): HeldStep[] {
  return heldIn(reports).map(({ step }) => step);
}
