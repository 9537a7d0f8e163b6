/**
 * The only door to the disk. The disk thread is started by its URL, `disk-worker.js` in this
 * folder, and spoken to by the messages below.
 */
export type { DataOptions } from './data-folder.js';
export { DiskClient } from './disk-client.js';
export type { DiskCommand, DiskReport } from './disk-messages.js';
export { readIdentity } from './identity.js';

export { MemoryStore } from './memory-store.js';
export { verifyFolder } from './verify-folder.js';
