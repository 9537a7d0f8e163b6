/** Tests the binary form of configurations. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  ByteReader,
  ByteWriter,
  readConfiguration,
  writeConfiguration,
} from '../../src/codec/index.js';
import { type Configuration, nodeId } from '../../src/raft/index.js';

const ids = fc.array(fc.string({ maxLength: 20 }).map(nodeId), { maxLength: 9 });

function written(configuration: Configuration): Uint8Array {
  const writer = new ByteWriter();
  writeConfiguration(writer, configuration);
  return writer.take();
}

test('a configuration is read as it was written, whatever the ids and addresses are', () => {
  const addresses = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(ids, ids, fc.option(addresses), (voters, learners, members) => {
      const pairs = (members ?? []).map((id) => [id, `${id}:1`] as const);
      const plain = { voters, learners };
      const configuration = members ? { ...plain, addresses: Object.fromEntries(pairs) } : plain;
      assert.deepEqual(readConfiguration(new ByteReader(written(configuration))), configuration);
    }),
    { examples: [[[], [], ['__proto__']]] },
  );
});

test('a configuration with too many members is damaged', () => {
  const voters = Array.from({ length: 65 }, (_, at) => nodeId(`n${at}`));
  const bytes = written({ voters, learners: [] });
  assert.throws(() => readConfiguration(new ByteReader(bytes)), { code: 'LETO_DATA_DAMAGED' });
});

test('an id without its address is damaged', () => {
  const bytes = Uint8Array.from([0, 0, 1, 1, 0x61]);
  assert.throws(() => readConfiguration(new ByteReader(bytes)), { code: 'LETO_DATA_DAMAGED' });
});
