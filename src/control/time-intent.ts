import { LetoError } from '../base/index.js';
import type { TimeIntent } from './intents.js';

/** So slow that a heartbeat of 50 ms takes five seconds; below that, time may as well stand still. */
const speedMin = 0.01;
const speedMax = 1;

/** Held events that one `step` lets happen. */
const stepsMax = 10_000;

/** @throws {LetoError} LETO_BAD_OPTION */
export function checkSpeed(speed: number): void {
  if (speed === 0 || (speed >= speedMin && speed <= speedMax)) return;
  throw new LetoError(
    'LETO_BAD_OPTION',
    `speed is ${speed}; it must be 0 (time stands still), or from ${speedMin} to ${speedMax} (real time)`,
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
