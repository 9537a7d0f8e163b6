import type { FromNode } from '../../src/control/index.js';
import { type NodeTask, runNode as runRealNode } from '../../src/node/worker.js';

/**
 * A node's thread with a fault that comes by its cluster's name: the supervisor knows its threads
 * by URL alone, so a test can give it this one.
 */
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

/** The fault comes when the node runs: before, its cluster would not start. */
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
