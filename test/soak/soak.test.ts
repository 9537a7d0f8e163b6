/** A short soak on each transport, as part of the test suite. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TransportKind } from '../../src/control/index.js';
import { soak } from './soak.js';

for (const transport of ['message-port', 'tcp'] as TransportKind[]) {
  test(`${transport}: 50 kills at random moments lose no acknowledged write`, async () => {
    const { tally, missing, crashes } = await soak({ kills: 50, seed: 1, transport });
    assert.deepEqual(crashes, []);
    assert.deepEqual(missing, []);
    assert.ok(tally.acknowledged.size > 0);
  });
}
