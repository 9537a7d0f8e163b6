/** The commands that read keys. TTL and PTTL are in expiry-commands.ts. */

import type { CommandSpec } from './command.js';
import { arrayReply, bulkReply, integerReply, nullReply } from './reply.js';
import type { Store } from './store.js';

const oneKey = { first: 1, last: 1, step: 1 };
const allKeys = { first: 1, last: -1, step: 1 };
const read = { kind: 'read', growsMemory: false } as const;

function valueReply(store: Store, key: string) {
  const value = store.get(key);
  return value === undefined ? nullReply : bulkReply(value);
}

export const readCommands: readonly CommandSpec[] = [
  {
    ...read,
    name: 'get',
    arity: 2,
    keys: oneKey,
    summary: 'Returns the string value of a key.',
    run: (store, [key = '']) => valueReply(store, key),
  },
  {
    ...read,
    name: 'mget',
    arity: -2,
    keys: allKeys,
    summary: 'Atomically returns the string values of one or more keys.',
    run: (store, keys) => arrayReply(keys.map((key) => valueReply(store, key))),
  },
  {
    ...read,
    name: 'exists',
    arity: -2,
    keys: allKeys,
    summary: 'Determines whether one or more keys exist.',
    run: (store, keys) => integerReply(keys.filter((key) => store.has(key)).length),
  },
  {
    ...read,
    name: 'strlen',
    arity: 2,
    keys: oneKey,
    summary: 'Returns the length of a string value.',
    run: (store, [key = '']) => integerReply(store.get(key)?.length ?? 0),
  },
  {
    ...read,
    name: 'dbsize',
    arity: 1,
    keys: null,
    summary: 'Returns the number of keys in the database.',
    run: (store) => integerReply(store.size),
  },
];
