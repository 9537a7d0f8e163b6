/** The commands that change keys. SET is in set-command.ts, EXPIRE in expiry-commands.ts. */

import { type ByteString, valueBytesMax } from '../base/index.js';
import type { CommandSpec } from './command.js';
import { int64Min, isInt64, parseInt64 } from './integers.js';
import {
  errorReply,
  integerReply,
  notAnIntegerReply,
  okReply,
  type Reply,
  syntaxErrorReply,
} from './reply.js';
import { checkSet, runSet } from './set-command.js';
import type { Store } from './store.js';

const oneKey = { first: 1, last: 1, step: 1 };
const allKeys = { first: 1, last: -1, step: 1 };
const write = { kind: 'write', growsMemory: true } as const;
const removal = { kind: 'write', growsMemory: false } as const;

const overflowReply = errorReply('ERR increment or decrement would overflow');
const decrementOverflowReply = errorReply('ERR decrement would overflow');
const stringTooLongReply = errorReply(
  'ERR string exceeds maximum allowed size (proto-max-bulk-len)',
);

function runIncrement(store: Store, key: ByteString, delta: bigint | null): Reply {
  const before = parseInt64(store.get(key) ?? '0');
  if (before === null || delta === null) return notAnIntegerReply;
  const after = before + delta;
  if (!isInt64(after)) return overflowReply;
  store.set(key, after.toString(), store.deadlineMs(key));
  return integerReply(after);
}

function negated(value: bigint | null): bigint | null {
  return value === null ? null : -value;
}

function checkDelta([, delta = '']: readonly ByteString[]): Reply | null {
  return parseInt64(delta) === null ? notAnIntegerReply : null;
}

/** As in Redis, the lowest integer is refused whatever the key holds: it cannot be negated. */
function checkDecrement(args: readonly ByteString[]): Reply | null {
  const isMin = parseInt64(args[1] ?? '') === int64Min;
  return isMin ? decrementOverflowReply : checkDelta(args);
}

function runDelete(store: Store, keys: readonly ByteString[]): Reply {
  let removed = 0;
  for (const key of keys) if (store.delete(key)) removed += 1;
  return integerReply(removed);
}

function runAppend(store: Store, [key = '', tail = '']: readonly ByteString[]): Reply {
  const value = (store.get(key) ?? '') + tail;
  if (value.length > valueBytesMax) return stringTooLongReply;
  store.set(key, value, store.deadlineMs(key));
  return integerReply(value.length);
}

function runMset(store: Store, args: readonly ByteString[]): Reply {
  for (let at = 0; at + 1 < args.length; at += 2) {
    store.set(args[at] as ByteString, args[at + 1] as ByteString);
  }
  return okReply;
}

function checkFlush([mode = 'sync', ...others]: readonly ByteString[]): Reply | null {
  const isMode = ['sync', 'async'].includes(mode.toLowerCase());
  return isMode && others.length === 0 ? null : syntaxErrorReply;
}

function runFlush(store: Store): Reply {
  store.clear();
  return okReply;
}

export const writeCommands: readonly CommandSpec[] = [
  {
    ...write,
    name: 'set',
    arity: -3,
    keys: oneKey,
    summary: 'Sets the string value of a key, ignoring its type. The key is created if it is new.',
    check: checkSet,
    run: runSet,
  },
  {
    ...write,
    name: 'mset',
    arity: -3,
    keys: { first: 1, last: -1, step: 2 },
    summary: 'Atomically creates or modifies the string values of one or more keys.',
    check: (args) =>
      args.length % 2 === 0 ? null : errorReply("ERR wrong number of arguments for 'mset' command"),
    run: runMset,
  },
  {
    ...write,
    name: 'append',
    arity: 3,
    keys: oneKey,
    summary: 'Appends a string to the value of a key. The key is created if it is new.',
    run: runAppend,
  },
  {
    ...write,
    name: 'incr',
    arity: 2,
    keys: oneKey,
    summary: 'Increments the integer value of a key by one. A missing key counts as 0.',
    run: (store, [key = '']) => runIncrement(store, key, 1n),
  },
  {
    ...write,
    name: 'decr',
    arity: 2,
    keys: oneKey,
    summary: 'Decrements the integer value of a key by one. A missing key counts as 0.',
    run: (store, [key = '']) => runIncrement(store, key, -1n),
  },
  {
    ...write,
    name: 'incrby',
    arity: 3,
    keys: oneKey,
    summary: 'Increments the integer value of a key by a number. A missing key counts as 0.',
    check: checkDelta,
    run: (store, [key = '', delta = '']) => runIncrement(store, key, parseInt64(delta)),
  },
  {
    ...write,
    name: 'decrby',
    arity: 3,
    keys: oneKey,
    summary: 'Decrements the integer value of a key by a number. A missing key counts as 0.',
    check: checkDecrement,
    run: (store, [key = '', delta = '']) => runIncrement(store, key, negated(parseInt64(delta))),
  },
  {
    ...removal,
    name: 'del',
    arity: -2,
    keys: allKeys,
    summary: 'Deletes one or more keys.',
    run: runDelete,
  },
  {
    ...removal,
    name: 'delete',
    arity: -2,
    keys: allKeys,
    summary: 'Deletes one or more keys. Alias of DEL.',
    run: runDelete,
  },
  {
    ...removal,
    name: 'flushall',
    arity: -1,
    keys: null,
    summary: 'Removes all keys.',
    check: checkFlush,
    run: runFlush,
  },
  {
    ...removal,
    name: 'flushdb',
    arity: -1,
    keys: null,
    summary: 'Removes all keys. Alias of FLUSHALL, since there is only one database.',
    check: checkFlush,
    run: runFlush,
  },
];
