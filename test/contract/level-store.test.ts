/** Runs the LogStore contract on a LevelStore in its data folder. */

import { DataFolder } from '../../src/storage/data-folder.js';
import { temporaryFolder } from '../helpers/resources.js';
import { dataOptions } from '../storage/fixtures.js';
import { testLogStore } from './log-store.js';

testLogStore('LevelStore in its data folder is a log store', (t) => {
  const options = dataOptions(temporaryFolder(t));
  return async () => {
    const data = await DataFolder.open(options);
    return {
      load: () => data.store.load(),
      persist: (persist) => data.store.persist(persist),
      readSnapshotChunk: (index, number) => data.store.readSnapshotChunk(index, number),
      close: () => data.close(),
    };
  };
});
