import type { ByteString } from '../base/index.js';

export type OperationKind = 'get' | 'set' | 'cas' | 'del' | 'incr' | 'append';

/** One operation on one key, from its sending to its answer, as its client saw it. */
export interface Operation {
  /** Who: one operation at a time. A client that is left in doubt goes on as another process. */
  readonly process: number;
  readonly op: OperationKind;
  readonly key: ByteString;
  /** What is set or appended; null where nothing is. */
  readonly value: ByteString | null;
  /** Of `cas` alone: what the key must hold, or null where it must be absent. */
  readonly expected: ByteString | null;
  /**
   * True: it was answered with `result`. False: it did not happen, and will not. Null: unknown; it
   * takes effect at any time after its start, or never.
   */
  readonly ok: boolean | null;
  /**
   * `get`: the value, or null for an absent key. `set`: OK. `cas`: OK, or null where the key held
   * something else. `del`, `incr`, `append`: Redis's number in digits, or the text of its error.
   */
  readonly result: ByteString | null;
  /** On one clock for all processes, in whole nanoseconds; when unknown, `endNs` says nothing. */
  readonly startNs: number;
  readonly endNs: number;
}
