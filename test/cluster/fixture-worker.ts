/**
 * A node's thread that fails on purpose, in the way that the name of its cluster says. Tests give
 * it to the supervisor, which loads its threads by URL.
 */

import type { FromNode } from '../../src/control/index.js';
import { type NodeTask, runNode as runRealNode } from '../../src/node/worker.js';

const faults: Readonly<Record<string, (task: NodeTask) => void>> = {
  throws: () => {
    throw new TypeError('planted');
  },
  rejects: () => {
    void Promise.reject(new TypeError('planted'));
  },
  'runs-out-of-memory': () => {
    const hoard: number[][] = [];
    for (;;) hoard.push(new Array(1_000_000).fill(hoard.length));
  },
  'spins-for-ever': ({ control }) => {
    const events = [{ type: 'warned', reason: 'spins' }] as const;
    const spins: FromNode = { type: 'events', events, atMs: 0 };
    control.postMessage(spins);
    for (;;);
  },
};

/** Injects the fault once the node runs: earlier, its cluster would not start. */
export async function runNode(task: NodeTask): Promise<void> {
  const { cluster, id } = task.settings;
  const fault = id === 'n2' ? faults[cluster] : undefined;
  const { control } = task;
  const post = control.postMessage.bind(control);
  control.postMessage = (message: FromNode) => {
    post(message);
    if (fault && message.type === 'running') setImmediate(fault, task);
  };
  await runRealNode(task);
}
