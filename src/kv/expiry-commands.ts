/**
 * The commands that set, remove and show the deadlines of keys. Their time is log time, which only
 * entries of the log advance (store.ts). SET with EX or PX is in set-command.ts.
 */

import type { ByteString } from '../base/index.js';
import type { CommandSpec } from './command.js';
import { parseLifetime } from './lifetime.js';
import { integerReply, type Reply } from './reply.js';
import type { Store } from './store.js';

const oneKey = { first: 1, last: 1, step: 1 };

/** These writes are allowed while memory is full, since a key that expires frees memory. */
const write = { kind: 'write', growsMemory: false, keys: oneKey } as const;
const read = { kind: 'read', growsMemory: false, keys: oneKey } as const;

const missingKey = -2;
const noDeadline = -1;

function expireCommand(name: string, unitMs: number, summary: string): CommandSpec {
  const lifetimeOf = ([, digits = '']: readonly ByteString[]) =>
    parseLifetime(digits, unitMs, name);
  return {
    ...write,
    name,
    arity: 3,
    summary,
    check: (args) => {
      const lifetimeMs = lifetimeOf(args);
      return typeof lifetimeMs === 'number' ? null : lifetimeMs;
    },
    run: (store, args) => {
      const lifetimeMs = lifetimeOf(args);
      return typeof lifetimeMs === 'number'
        ? runExpire(store, args[0] ?? '', lifetimeMs)
        : lifetimeMs;
    },
  };
}

/** As in Redis, a lifetime that is not positive deletes the key. */
function runExpire(store: Store, key: ByteString, lifetimeMs: number): Reply {
  const wasThere =
    lifetimeMs > 0 ? store.setDeadline(key, store.logTimeMs + lifetimeMs) : store.delete(key);
  return integerReply(wasThere ? 1 : 0);
}

function runPersist(store: Store, key: ByteString): Reply {
  if (store.deadlineMs(key) === null) return integerReply(0);
  store.setDeadline(key, null);
  return integerReply(1);
}

/**
 * Replies with the remaining lifetime, rounded to the unit as in Redis. A key that is due is there
 * until an entry removes it, on all nodes alike.
 */
function timeToLive(store: Store, key: ByteString, unitMs: number, nowMs: number): Reply {
  if (!store.has(key)) return integerReply(missingKey);
  const deadlineMs = store.deadlineMs(key);
  if (deadlineMs === null) return integerReply(noDeadline);
  return integerReply(Math.round(Math.max(0, deadlineMs - nowMs) / unitMs));
}

export const expiryCommands: readonly CommandSpec[] = [
  expireCommand('expire', 1000, 'Sets the expiration time of a key in seconds.'),
  expireCommand('pexpire', 1, 'Sets the expiration time of a key in milliseconds.'),
  {
    ...write,
    name: 'persist',
    arity: 2,
    summary: 'Removes the expiration time of a key.',
    run: (store, [key = '']) => runPersist(store, key),
  },
  {
    ...read,
    name: 'ttl',
    arity: 2,
    summary: 'Returns the remaining lifetime of a key in seconds, or -1 if it does not expire.',
    run: (store, [key = ''], nowMs) => timeToLive(store, key, 1000, nowMs),
  },
  {
    ...read,
    name: 'pttl',
    arity: 2,
    summary:
      'Returns the remaining lifetime of a key in milliseconds, or -1 if it does not expire.',
    run: (store, [key = ''], nowMs) => timeToLive(store, key, 1, nowMs),
  },
];
