import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';

const roundsMax = 1000;
const roundMs = 5;

/** Waits until the condition holds. After a timeout fails with what `describe` returns. */
export async function until(condition: () => boolean, describe: () => string): Promise<void> {
  for (let round = 0; round < roundsMax; round += 1) {
    if (condition()) return;
    await delay(roundMs);
  }
  assert.fail(`condition not met: ${condition}; state:\n${describe()}`);
}
