import type { ByteString } from '../base/index.js';
import { decodeSessionReply } from './reply-codec.js';
import { Sessions, sessionIdBytesMax, sessionsMax } from './sessions.js';
import { checkSnapshot, SnapshotFields } from './snapshot-fields.js';
import { StateMachine } from './state-machine.js';
import { snapshotFormatVersion } from './state-machine-snapshot.js';
import { Store } from './store.js';

/** A restoration is given one byte string of the snapshot after the other. */
type Restoration<T> = Generator<undefined, T, ByteString>;

/**
 * Makes a machine of the slices of a snapshot, which may be cut anywhere.
 * Both methods throw a LetoError, LETO_DATA_DAMAGED, where these are no snapshot.
 */
export class StateMachineRestorer {
  readonly #fields = new SnapshotFields();
  readonly #restoration = restoreMachine();
  #machine: StateMachine | null = null;

  constructor() {
    this.#restoration.next();
  }

  /** The next slice, of any length. */
  take(data: ByteString): void {
    for (const field of this.#fields.take(data)) {
      checkSnapshot(this.#machine === null, 'bytes are left over');
      const { done, value } = this.#restoration.next(field);
      if (done) this.#machine = value;
    }
  }

  /** After the last slice. */
  finish(): StateMachine {
    checkSnapshot(this.#machine !== null, 'it is cut short');
    checkSnapshot(this.#fields.isBetweenFields, 'bytes are left over');
    return this.#machine;
  }
}

function* restoreMachine(): Restoration<StateMachine> {
  const version = parseDigits(yield);
  checkSnapshot(version === snapshotFormatVersion, `its format version, ${version}, is unknown`);
  const logTimeMs = parseDigits(yield);
  const sessions = yield* restoreSessions(logTimeMs);
  return new StateMachine(yield* restoreStore(logTimeMs), sessions);
}

function* restoreSessions(logTimeMs: number): Restoration<Sessions> {
  const sessions = new Sessions();
  const count = parseDigits(yield);
  checkSnapshot(count <= sessionsMax, 'it has too many sessions');
  let lastUsedMsMin = 0;
  while (sessions.size < count) {
    const id = yield;
    const isId = id.length > 0 && id.length <= sessionIdBytesMax;
    checkSnapshot(isId && !sessions.has(id), 'a session id is no id, or stands twice');
    const serial = parseDigits(yield);
    const lastUsedMs = parseDigits(yield);
    const isInOrder = lastUsedMs >= lastUsedMsMin && lastUsedMs <= logTimeMs;
    checkSnapshot(isInOrder, 'its sessions are not in the order of their last use');
    lastUsedMsMin = lastUsedMs;
    const reply = decodeSessionReply(yield);
    checkSnapshot(reply !== null, 'a reply of a session is no reply');
    sessions.recordUse({ id, serial, reply, lastUsedMs });
  }
  return sessions;
}

function* restoreStore(logTimeMs: number): Restoration<Store> {
  const store = new Store();
  for (let left = parseDigits(yield); left > 0; left -= 1) {
    const key = yield;
    checkSnapshot(!store.has(key), 'a key stands twice');
    const deadline = yield;
    store.set(key, yield, deadline === '' ? null : parseDigits(deadline));
  }
  store.advanceTo(logTimeMs);
  return store;
}

function parseDigits(digits: ByteString): number {
  const value = Number(digits);
  checkSnapshot(`${value}` === digits && Number.isSafeInteger(value) && value >= 0, 'no number');
  return value;
}
