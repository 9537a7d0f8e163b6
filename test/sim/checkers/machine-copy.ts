import { Machine } from '../../../src/kv/index.js';
import { Sessions } from '../../../src/kv/sessions.js';
import { Store } from '../../../src/kv/store.js';

/** A machine of the same state, as it is when log time has come to `logTimeMs`. */
export function copyOf({ store, sessions }: Machine, logTimeMs = store.logTimeMs): Machine {
  const copy = new Store();
  copy.advanceTo(store.logTimeMs);
  for (const [key, value] of store.entries()) copy.set(key, value, store.deadlineMs(key));
  copy.advanceTo(logTimeMs);
  copy.removeExpired();
  const sameSessions = new Sessions();
  for (const session of sessions.values()) sameSessions.use(session);
  return new Machine(copy, sameSessions);
}
