import { MemoryStore } from '../../src/storage/index.js';
import { genesis, testLogStore } from './log-store.js';

testLogStore('MemoryStore is a log store', () => {
  const store = new MemoryStore(genesis);
  return async () => store;
});
