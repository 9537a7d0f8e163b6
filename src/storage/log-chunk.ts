import { assert } from '../base/assert.js';
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
export interface LogChunk {
  readonly hardState: HardState;
  readonly base: LogBase;
  readonly lastIndex: LogIndex;
  /** The codec's bytes of runs that follow each other. */
  readonly runs: Uint8Array<ArrayBuffer>;
}

/** Reads the durable state chunk by chunk, each one from the index where the last one ended. */
export async function gatherChunks(
  read: (from: LogIndex) => Promise<LogChunk>,
): Promise<DurableState> {
  const entries: Entry[] = [];
  for (;;) {
    const { hardState, base, lastIndex, runs } = await read(
      successor(entries.at(-1)?.index ?? beforeLog),
    );
    const chunk = decodeRuns(runs);
    for (const entry of chunk) entries.push(entry);
    if (base.index + entries.length === lastIndex)
      return { hardState, snapshot: base, base, entries };
    assert(chunk.length > 0, 'a chunk of the log is empty', entries.length, lastIndex);
  }
}
