/** The entry point of a disk thread; disk-messages.ts says how to start and end one. */

import { parentPort, workerData } from 'node:worker_threads';
import { assertPresent } from '../base/index.js';
import type { DataOptions } from './data-folder.js';
import { DiskThread } from './disk-thread.js';

new DiskThread(assertPresent(parentPort, 'not a worker thread'), workerData as DataOptions);
