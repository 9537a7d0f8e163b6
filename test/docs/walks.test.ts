import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missing } from '../helpers/tools.js';
import { blocksOfDocument, documents } from './documents.js';
import { Walk, walkNames } from './walk.js';

const skip = missing('redis-cli') || missing('curl');

for (const name of documents()) {
  const blocks = blocksOfDocument(name);
  for (const walkName of walkNames(blocks)) {
    test(`${name} prints what it says: ${walkName}`, { skip }, async () => {
      const walk = await Walk.begin();
      try {
        for (const block of blocks) {
          if (block.use.type !== 'walk' || block.use.name !== walkName) continue;
          assert.deepEqual(await walk.take(block), []);
        }
      } finally {
        await walk.end();
      }
    });
  }
}
