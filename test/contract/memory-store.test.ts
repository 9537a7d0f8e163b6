import { MemoryStore } from '../../src/storage/index.js';
import { testLogStore } from './log-store.js';
import { genesis } from './states.js';

testLogStore('MemoryStore is a log store', () => {
  const store = new MemoryStore(genesis);
  return async () => store;
});
