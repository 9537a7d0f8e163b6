import { assertPresent } from '../base/index.js';
import { type StateMachine, StateMachineRestorer } from '../kv/index.js';
import type { DurableState } from '../raft/index.js';
import type { DiskClient } from '../storage/index.js';

/** What a life begins with: the log, and the state of the snapshot in force. */
export interface Recovered {
  readonly durable: DurableState;
  readonly machine: StateMachine | undefined;
}

/** @throws {LetoError} what the disk thread met, or LETO_DATA_DAMAGED for a snapshot */
export async function recover(disk: DiskClient): Promise<Recovered> {
  const durable = await disk.load();
  const { index } = durable.snapshot;
  if (index === 0) return { durable, machine: undefined };
  const restorer = new StateMachineRestorer();
  for (let number = 0; ; number += 1) {
    const chunk = assertPresent(await disk.readSnapshotChunk(index, number), 'a chunk is missing');
    restorer.take(chunk.data);
    if (chunk.isLast) return { durable, machine: restorer.finish() };
  }
}
