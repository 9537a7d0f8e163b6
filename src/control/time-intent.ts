/** Checks of the intents that control the cluster's virtual time. */

import { LetoError } from '../base/index.js';
import type { TimeIntent } from './intents.js';

/** At this speed a heartbeat of 50 ms takes five seconds; anything slower looks like a stop. */
const speedMin = 0.01;
const speedMax = 1;

/** The number of held events that one `step` may release. */
const stepsMax = 10_000;

/** @throws {LetoError} LETO_BAD_OPTION */
export function checkSpeed(speed: number): void {
  if (speed === 0 || (speed >= speedMin && speed <= speedMax)) return;
  throw new LetoError(
    'LETO_BAD_OPTION',
    `speed is ${speed}; it must be 0 (time is stopped), or from ${speedMin} to ${speedMax} (real time)`,
  );
}

/** @throws {LetoError} LETO_BAD_OPTION */
export function checkTimeIntent(intent: TimeIntent): void {
  if (intent.type === 'speed') checkSpeed(intent.factor);
  if (intent.type !== 'step') return;
  const { count } = intent;
  if (Number.isInteger(count) && count >= 1 && count <= stepsMax) return;
  throw new LetoError(
    'LETO_BAD_OPTION',
    `steps is ${count}; it must be a whole number from 1 to ${stepsMax}`,
  );
}
