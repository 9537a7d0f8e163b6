/** Helpers for tests that compare state machines and take their snapshots. */

import fc from 'fast-check';
import {
  type CommandMetadata,
  type StateMachine,
  StateMachineRestorer,
  type StateMachineSnapshot,
} from '../../src/kv/index.js';
import { run } from './transcript.js';

/** Returns a copy of everything on which `apply` and `read` depend. */
export function stateOf({ store, sessions, logTimeMs }: StateMachine) {
  return {
    logTimeMs,
    usedBytes: store.usedBytes,
    size: store.size,
    sessions: [...sessions.values()],
    keys: new Map(
      [...store.entries()].map(([key, value]) => [key, [value, store.deadlineMs(key)]]),
    ),
  };
}

interface Step {
  readonly words: readonly string[];
  readonly passedMs: number;
  readonly session: CommandMetadata['session'];
}

const key = fc.constantFrom('', 'a', 'b', 'c', 'd', 'k'.repeat(40));
const value = fc.oneof(
  fc.constantFrom('', '0', '41', '9223372036854775807', '\u0000\u00ff\r\n'),
  fc.string({ unit: 'binary-ascii', maxLength: 30 }),
  fc.integer({ min: 100, max: 3000 }).map((length) => 'v'.repeat(length)),
);
const lifetimeMs = fc.constantFrom('1', '10', '30', '2000000');
const words = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fc.constant('set'), key, value) },
  fc.tuple(fc.constant('set'), key, value, fc.constantFrom('nx', 'xx', 'get')),
  fc.tuple(fc.constant('set'), key, value, fc.constant('px'), lifetimeMs),
  fc.tuple(fc.constant('set'), key, value, fc.constant('keepttl')),
  fc.tuple(fc.constant('pexpire'), key, lifetimeMs),
  fc.tuple(fc.constant('persist'), key),
  fc.tuple(fc.constant('mset'), key, value, key, value),
  fc.tuple(fc.constant('append'), key, value),
  fc.tuple(fc.constantFrom('incr', 'decr'), key),
  { weight: 4, arbitrary: fc.tuple(fc.constant('del'), key, key) },
  fc.tuple(fc.constant('flushall')),
);

/** A write in the log; `passedMs` is the log time that passes before it. */
export const step: fc.Arbitrary<Step> = fc.record({
  words,
  passedMs: fc.oneof(fc.nat(20), fc.constantFrom(0, 1_800_000, 3_600_000)),
  session: fc.option(
    fc.record({ id: fc.constantFrom('me', 'you', 's'.repeat(30)), serial: fc.nat(5) }),
  ),
});

export function apply(machine: StateMachine, { words, passedMs, session }: Step) {
  return run(machine, words, { logTimeMs: machine.logTimeMs + passedMs, session });
}

/** Returns the remaining slices of a snapshot. */
export function slicesOf(snapshot: StateMachineSnapshot, bytesMax: number): string[] {
  for (const slices: string[] = []; ; ) {
    const { data, isLast } = snapshot.take(bytesMax);
    slices.push(data);
    if (isLast) return slices;
  }
}

export function restore(slices: readonly string[]): StateMachine {
  const restorer = new StateMachineRestorer();
  for (const slice of slices) restorer.take(slice);
  return restorer.finish();
}
