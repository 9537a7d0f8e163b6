/** The operations that histories consist of. */

import type { ByteString } from '../base/index.js';

export type OperationKind = 'get' | 'set' | 'cas' | 'del' | 'incr' | 'append';

/** One operation on one key, as its client saw it. */
export interface Operation {
  /**
   * The number of the process, which has one operation at a time. After an unknown outcome its
   * client continues as a new process, since the operation may still be in progress.
   */
  readonly process: number;
  readonly op: OperationKind;
  readonly key: ByteString;
  /** The value to set or append; null for other operations. */
  readonly value: ByteString | null;
  /** For `cas`: the value that the key must hold, or null when it must be absent. */
  readonly expected: ByteString | null;
  /**
   * True when it was answered with `result`. False when it did not happen and will not. Null when
   * that is unknown: it takes effect at any time after its start, or never.
   */
  readonly ok: boolean | null;
  /**
   * `get`: the value, or null for an absent key. `set`: OK. `cas`: OK, or null when the key held
   * something else. `del`, `incr`, `append`: the number that Redis returns, or its error text.
   */
  readonly result: ByteString | null;
  /** The time at which it was sent, in whole nanoseconds, on one clock for all processes. */
  readonly startNs: number;
  /** The time at which it was answered, on the same clock; meaningless for an unknown outcome. */
  readonly endNs: number;
}
