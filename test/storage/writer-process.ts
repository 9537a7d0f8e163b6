/**
 * A process for data-folder.test.ts: it writes one entry after the other until it is killed, and
 * sends the index of each durable entry to its parent.
 */

import { DataFolder, type DataOptions } from '../../src/storage/data-folder.js';
import { entries, hardState, logWrite } from './fixtures.js';

const options = JSON.parse(process.argv[2] ?? '') as DataOptions;
const { store } = await DataFolder.open(options);
const { entries: log } = await store.load();
for (let index = log.length + 1; process.connected; index += 1) {
  await store.persist(logWrite(hardState(1), entries(index, 1, 1)));
  process.send?.(index);
}
