/**
 * Parts of the durable state. A node loads its state from the disk thread part by part, so that a
 * log of a gigabyte does not become a single message.
 */

import { assert } from '../base/index.js';
import {
  beforeLog,
  type DurableState,
  type Entry,
  type HardState,
  type LogBase,
  type LogIndex,
  successor,
} from '../raft/index.js';
import { decodeRuns } from './run-record.js';

/** The durable state with only a part of the log. */
export interface LogPart {
  readonly hardState: HardState;
  readonly snapshot: LogBase;
  readonly base: LogBase;
  readonly lastIndex: LogIndex;
  /** The encoded bytes of consecutive runs, without their checksums. */
  readonly runs: Uint8Array<ArrayBuffer>;
}

/**
 * Reads the durable state by calling `read` for each part, with the index after the last part. The
 * first run may begin at or before the base; its entries up to the base are left out.
 */
export async function gatherParts(
  read: (from: LogIndex) => Promise<LogPart>,
): Promise<DurableState> {
  const entries: Entry[] = [];
  let from = beforeLog;
  for (;;) {
    const { hardState, snapshot, base, lastIndex, runs } = await read(from);
    const part = decodeRuns(runs);
    for (const entry of part) if (entry.index > base.index) entries.push(entry);
    if (base.index + entries.length === lastIndex) return { hardState, snapshot, base, entries };
    assert(part.length > 0, 'a part of the log is empty', entries.length, lastIndex);
    from = successor(part.at(-1)?.index ?? from);
  }
}
