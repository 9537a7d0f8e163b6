/**
 * The durable state of a node. A disk thread is started by the URL of `disk-worker.js` in this
 * folder; the supervisor and the node communicate with it by the messages in disk-messages.ts.
 */

export type { DataOptions } from './data-folder.js';
export { DiskClient } from './disk-client.js';
export type { DiskCommand, DiskReport } from './disk-messages.js';
export { readIdentity } from './identity.js';

export { MemoryStore } from './memory-store.js';
export { verifyFolder } from './verify-folder.js';
