/** Records what all clients of a run did, on one clock. */

import type { Operation } from './operation.js';

/** The maximum number of operations in one history, to bound memory. */
const operationsMax = 2_000_000;

/** The number of operations by outcome. */
export interface Tally {
  ok: number;
  failed: number;
  unknown: number;
}

export class HistoryRecorder {
  readonly history: Operation[] = [];
  readonly tally: Tally = { ok: 0, failed: 0, unknown: 0 };
  readonly #startedAt = process.hrtime.bigint();
  #processes = 0;

  /** Returns the nanoseconds since the recorder was created. */
  nowNs(): number {
    return Number(process.hrtime.bigint() - this.#startedAt);
  }

  /** Returns the number of a new process; see `Operation.process`. */
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
