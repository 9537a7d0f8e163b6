import type { ByteString } from '../base/index.js';
import type { CommandSpec } from './command.js';
import { parseLifetime } from './lifetime.js';
import { integerReply, type Reply } from './reply.js';
import type { Store } from './store.js';

const oneKey = { first: 1, last: 1, step: 1 };

/** A key that is to go gives memory back, so these are let through when it is full. */
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

/** As in Redis, a key without a future is deleted. */
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

/** Rounded to the unit, as in Redis. */
function timeToLive(store: Store, key: ByteString, unitMs: number): Reply {
  if (!store.has(key)) return integerReply(missingKey);
  const deadlineMs = store.deadlineMs(key);
  if (deadlineMs === null) return integerReply(noDeadline);
  return integerReply(Math.round((deadlineMs - store.logTimeMs) / unitMs));
}

/** Time is log time, which moves with the log: see Store. */
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
    summary: 'Returns the time that a key has left in seconds; -1 where it stays.',
    run: (store, [key = '']) => timeToLive(store, key, 1000),
  },
  {
    ...read,
    name: 'pttl',
    arity: 2,
    summary: 'Returns the time that a key has left in milliseconds; -1 where it stays.',
    run: (store, [key = '']) => timeToLive(store, key, 1),
  },
];
