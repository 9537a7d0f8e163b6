/**
 * Loads the state with which a life begins: the log, and the state machine of the snapshot in
 * force.
 */

import { assertPresent } from '../base/index.js';
import { type StateMachine, StateMachineRestorer } from '../kv/index.js';
import type { DurableState } from '../raft/index.js';
import type { DiskClient } from '../storage/index.js';

export interface Recovered {
  readonly durable: DurableState;
  /** Undefined when there is no snapshot yet. */
  readonly machine: StateMachine | undefined;
}

/** @throws {LetoError} the disk thread's error, or LETO_DATA_DAMAGED for a damaged snapshot */
export async function recover(disk: DiskClient): Promise<Recovered> {
  const durable = await disk.load();
  const { index } = durable.snapshot;
  if (index === 0) return { durable, machine: undefined };
  const restorer = new StateMachineRestorer();
  for (let number = 0; ; number += 1) {
    const read = await disk.readSnapshotChunk(index, number);
    const chunk = assertPresent(read, `chunk ${number} of the snapshot is missing`);
    restorer.take(chunk.data);
    if (chunk.isLast) return { durable, machine: restorer.finish() };
  }
}
