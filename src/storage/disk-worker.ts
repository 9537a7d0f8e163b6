import { parentPort, workerData } from 'node:worker_threads';
import { present } from '../base/index.js';
import type { DataOptions } from './data-folder.js';
import { DiskThread } from './disk-thread.js';

/** The entry of a disk thread; see disk-messages.ts. */
new DiskThread(present(parentPort, 'not a worker thread'), workerData as DataOptions);
