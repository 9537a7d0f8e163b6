/** Copies state machines, so that checkers can try commands without changing the original. */

import { CommandParts, StateMachine } from '../../../src/kv/index.js';
import { Sessions } from '../../../src/kv/sessions.js';
import { Store } from '../../../src/kv/store.js';

/** Returns a copy of a state machine, with log time advanced to `logTimeMs`. */
export function copyOf(
  { store, sessions, parts }: StateMachine,
  logTimeMs = store.logTimeMs,
): StateMachine {
  const copy = new Store();
  copy.advanceTo(store.logTimeMs);
  for (const [key, value] of store.entries()) copy.set(key, value, store.deadlineMs(key));
  copy.advanceTo(logTimeMs);
  copy.removeExpired();
  const sameSessions = new Sessions();
  for (const session of sessions.values()) sameSessions.recordUse(session);
  return new StateMachine(copy, sameSessions, new CommandParts(parts.unfinished));
}
