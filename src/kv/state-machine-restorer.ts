/** Restores a state machine from the snapshot that state-machine-snapshot.ts writes. */

import type { ByteString } from '../base/index.js';
import { CommandParts } from './command-parts.js';
import { decodeSessionReply } from './reply-codec.js';
import { Sessions, sessionIdBytesMax, sessionsMax } from './sessions.js';
import { checkSnapshot, SnapshotFields } from './snapshot-fields.js';
import { StateMachine } from './state-machine.js';
import { snapshotFormatVersion, snapshotFormatVersionWithParts } from './state-machine-snapshot.js';
import { Store } from './store.js';

/** A generator that receives the fields of the snapshot one at a time. */
type Restoration<T> = Generator<undefined, T, ByteString>;

/**
 * Builds a state machine from the slices of a snapshot, which may be cut anywhere.
 * @throws {LetoError} LETO_DATA_DAMAGED from both methods, when the bytes are not a snapshot
 */
export class StateMachineRestorer {
  readonly #fields = new SnapshotFields();
  readonly #restoration = restoreMachine();
  #machine: StateMachine | null = null;

  constructor() {
    this.#restoration.next();
  }

  /** Reads the next slice, which may have any length. */
  take(data: ByteString): void {
    for (const field of this.#fields.take(data)) {
      checkSnapshot(this.#machine === null, 'bytes follow its end');
      const { done, value } = this.#restoration.next(field);
      if (done) this.#machine = value;
    }
  }

  /** Returns the state machine, after the last slice. */
  finish(): StateMachine {
    checkSnapshot(this.#machine !== null, 'it ends too early');
    checkSnapshot(this.#fields.isBetweenFields, 'bytes follow its end');
    return this.#machine;
  }
}

function* restoreMachine(): Restoration<StateMachine> {
  const version = parseDigits(yield);
  const hasParts = version === snapshotFormatVersionWithParts;
  const isKnown = hasParts || version === snapshotFormatVersion;
  checkSnapshot(isKnown, `its format version, ${version}, is unknown`);
  const logTimeMs = parseDigits(yield);
  const parts = new CommandParts(hasParts ? yield* restoreParts() : []);
  const sessions = yield* restoreSessions(logTimeMs);
  return new StateMachine(yield* restoreStore(logTimeMs), sessions, parts);
}

function* restoreParts(): Restoration<ByteString[]> {
  const parts: ByteString[] = [];
  for (let left = parseDigits(yield); left > 0; left -= 1) parts.push(yield);
  return parts;
}

function* restoreSessions(logTimeMs: number): Restoration<Sessions> {
  const sessions = new Sessions();
  const count = parseDigits(yield);
  checkSnapshot(count <= sessionsMax, 'it has too many sessions');
  let lastUsedMsMin = 0;
  while (sessions.size < count) {
    const id = yield;
    const isId = id.length > 0 && id.length <= sessionIdBytesMax;
    checkSnapshot(isId && !sessions.has(id), 'a session id is invalid or repeated');
    const serial = parseDigits(yield);
    const lastUsedMs = parseDigits(yield);
    const isInOrder = lastUsedMs >= lastUsedMsMin && lastUsedMs <= logTimeMs;
    checkSnapshot(isInOrder, 'its sessions are not ordered by last use');
    lastUsedMsMin = lastUsedMs;
    const reply = decodeSessionReply(yield);
    checkSnapshot(reply !== null, 'the reply of a session is invalid');
    sessions.recordUse({ id, serial, reply, lastUsedMs });
  }
  return sessions;
}

function* restoreStore(logTimeMs: number): Restoration<Store> {
  const store = new Store();
  for (let left = parseDigits(yield); left > 0; left -= 1) {
    const key = yield;
    checkSnapshot(!store.has(key), 'a key is repeated');
    const deadline = yield;
    store.set(key, yield, deadline === '' ? null : parseDigits(deadline));
  }
  store.advanceTo(logTimeMs);
  return store;
}

function parseDigits(digits: ByteString): number {
  const value = Number(digits);
  const isValid = `${value}` === digits && Number.isSafeInteger(value) && value >= 0;
  checkSnapshot(isValid, 'a number is invalid');
  return value;
}
