import type { Happening, HeldEvent, NodeId, Standing } from '../control/index.js';
import type { Board } from './board.js';
import type { NodeHandle } from './node-handle.js';

/** How the running nodes stand; the others do not answer. */
export type StandingById = ReadonlyMap<NodeId, Standing>;

interface Asked {
  readonly id: NodeId;
  readonly resolve: (standing: Standing | null) => void;
}

/** Asks nodes whose time stands still how they stand, and lets things happen there. */
export class Standings {
  readonly #board: Board;
  readonly #nodes: ReadonlyMap<NodeId, NodeHandle>;
  /** Without an answer, by number. */
  readonly #asked = new Map<number, Asked>();
  #lastNumber = 0;

  constructor(board: Board, nodes: ReadonlyMap<NodeId, NodeHandle>) {
    this.#board = board;
    this.#nodes = nodes;
  }

  /** Resolves once all that came of it is done there; null: it does not run, or no more. */
  letHappen(id: NodeId, happening: Happening | null): Promise<Standing | null> {
    const node = this.#nodes.get(id);
    if (!node || node.isPaused || this.#board.node(id)?.state !== 'running') {
      return Promise.resolve(null);
    }
    this.#lastNumber += 1;
    const number = this.#lastNumber;
    node.post({ type: 'happen', number, happening });
    return new Promise((resolve) => this.#asked.set(number, { id, resolve }));
  }

  async all(): Promise<StandingById> {
    const ids = [...this.#nodes.keys()];
    const standings = await Promise.all(ids.map((id) => this.letHappen(id, null)));
    return new Map(
      ids.flatMap((id, at) => {
        const standing = standings[at];
        return standing ? [[id, standing] as const] : [];
      }),
    );
  }

  hear(number: number, standing: Standing): void {
    this.#asked.get(number)?.resolve(standing);
    this.#asked.delete(number);
  }

  /** The node is dead or frozen: it does not answer any more. */
  lose(lost: NodeId): void {
    for (const [number, { id, resolve }] of [...this.#asked]) {
      if (id !== lost) continue;
      this.#asked.delete(number);
      resolve(null);
    }
  }
}

/** What one step lets happen. */
export type Step =
  | {
      readonly type: 'message';
      readonly node: NodeId;
      readonly from: NodeId;
      readonly number: number;
    }
  | { readonly type: 'timer'; readonly node: NodeId; readonly inMs: number };

type Held = { readonly step: Step; readonly event: HeldEvent };

/** All that waits, in order: messages as they came, and then the timers. */
function heldIn(standings: StandingById): Held[] {
  const messages: (Held & { readonly number: number })[] = [];
  const timers: (Held & { readonly inMs: number })[] = [];
  for (const [node, { held, timerInMs: inMs }] of standings) {
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

export function eventsIn(standings: StandingById): HeldEvent[] {
  return heldIn(standings).map(({ event }) => event);
}

export function stepsIn(standings: StandingById): Step[] {
  return heldIn(standings).map(({ step }) => step);
}
