/**
 * The thread of a node that node-kills.test.ts kills: it writes without pause, with a synced write
 * always under way.
 */

import assert from 'node:assert/strict';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { DiskClient } from '../../src/storage/index.js';
import { entries, hardState, logWrite } from './fixtures.js';

/** The workerData of the thread. */
export interface KillableNodeData {
  readonly port: MessagePort;
  /** One shared number: the last index that was confirmed in any life. */
  readonly confirmed: Int32Array;
  readonly life: number;
  /** The number of confirmed writes after which it hangs in a loop, during the next write. */
  readonly hangAfter: number;
}

const { port, confirmed, life, hangAfter } = workerData as KillableNodeData;
const client = new DiskClient(port, (error) => {
  throw error;
});
const state = await client.load();
assert.deepEqual(state.entries, entries(1, state.entries.length, 1));
assert.equal(state.hardState.currentTerm, life - 1);
parentPort?.postMessage(state.entries.length);

let lastIndex = state.entries.length;
let writes = 0;
writeOn();

function writeOn(): void {
  const next = entries(lastIndex + 1, 1 + (writes % 5), 1);
  client.persist(logWrite(hardState(life), next), () => {
    lastIndex += next.length;
    writes += 1;
    Atomics.store(confirmed, 0, lastIndex);
    parentPort?.postMessage(lastIndex);
    writeOn();
  });
  while (writes >= hangAfter);
}
