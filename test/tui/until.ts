import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';

const roundsMax = 1000;
const roundMs = 5;

/** Waits until the condition holds; `tell` says what there was instead. */
export async function until(condition: () => boolean, tell: () => string): Promise<void> {
  for (let round = 0; round < roundsMax; round += 1) {
    if (condition()) return;
    await delay(roundMs);
  }
  assert.fail(`it did not come to this: ${condition}; there is:\n${tell()}`);
}
