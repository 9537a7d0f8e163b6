import type { Operation } from './operation.js';

/** Operations in one history; who wants more runs again. */
const operationsMax = 2_000_000;

export interface Tally {
  ok: number;
  failed: number;
  unknown: number;
}

/** What all clients did, on one clock. */
export class HistoryRecorder {
  readonly history: Operation[] = [];
  readonly tally: Tally = { ok: 0, failed: 0, unknown: 0 };
  readonly #beganAt = process.hrtime.bigint();
  #processes = 0;

  /** Since the beginning, in nanoseconds. */
  nowNs(): number {
    return Number(process.hrtime.bigint() - this.#beganAt);
  }

  newProcess(): number {
    this.#processes += 1;
    return this.#processes - 1;
  }

  get isFull(): boolean {
    return this.history.length >= operationsMax;
  }

  add(operation: Operation): void {
    this.history.push(operation);
    if (operation.ok === null) this.tally.unknown += 1;
    else if (operation.ok) this.tally.ok += 1;
    else this.tally.failed += 1;
  }
}
