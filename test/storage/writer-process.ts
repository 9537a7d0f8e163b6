import { DataFolder, type DataOptions } from '../../src/storage/data-folder.js';
import { entries, hardState } from './fixtures.js';

/** Writes one entry after the other until it is killed, and tells each that is durable. */
const options = JSON.parse(process.argv[2] ?? '') as DataOptions;
const { store } = await DataFolder.open(options);
const { entries: log } = await store.load();
for (let index = log.length + 1; process.connected; index += 1) {
  await store.persist({ hardState: hardState(1), entries: entries(index, 1, 1) });
  process.send?.(index);
}
