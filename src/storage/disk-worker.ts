import { parentPort, workerData } from 'node:worker_threads';
import { assertPresent } from '../base/index.js';
import type { DataOptions } from './data-folder.js';
import { DiskThread } from './disk-thread.js';

/** The entry of a disk thread; see disk-messages.ts. */
new DiskThread(assertPresent(parentPort, 'not a worker thread'), workerData as DataOptions);
