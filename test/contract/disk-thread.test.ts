/** Runs the LogStore contract on a disk thread and its client. */

import { temporaryFolder } from '../helpers/resources.js';
import { Disk, persisted } from '../storage/disk.js';
import { dataOptions } from '../storage/fixtures.js';
import { testLogStore } from './log-store.js';

testLogStore('A disk thread is a log store', (t) => {
  const options = dataOptions(temporaryFolder(t));
  return async () => {
    const disk = new Disk(t, options);
    let fail: (error: Error) => void;
    const failure = new Promise<never>((_, reject) => {
      fail = reject;
    });
    const client = disk.attachClient((error) => fail(error));
    return {
      load: () => client.load(),
      persist: (persist) => Promise.race([persisted(client, persist), failure]),
      readSnapshotChunk: (index, number) => client.readSnapshotChunk(index, number),
      close: async () => {
        client.close();
        await disk.close();
      },
    };
  };
});
