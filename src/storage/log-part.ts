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

/** A part of the durable state: a log of a gigabyte must not become one message. */
export interface LogPart {
  readonly hardState: HardState;
  readonly snapshot: LogBase;
  readonly base: LogBase;
  readonly lastIndex: LogIndex;
  /** The codec's bytes of runs that follow each other. */
  readonly runs: Uint8Array<ArrayBuffer>;
}

/**
 * Reads the durable state part by part, each one from the index where the last one ended. What
 * stands at or below the base is left out: it shares a run with what follows.
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
