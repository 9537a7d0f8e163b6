/** SET with its options, except EXAT and PXAT. */

import type { ByteString } from '../base/index.js';
import { parseLifetime } from './lifetime.js';
import {
  bulkReply,
  errorReply,
  nullReply,
  okReply,
  type Reply,
  syntaxErrorReply,
} from './reply.js';
import type { Store } from './store.js';

const noAbsoluteExpiryReply = errorReply(
  'ERR SET does not support EXAT and PXAT because log time has no date; use EX or PX',
);

interface SetOptions {
  condition: 'nx' | 'xx' | null;
  returnsOld: boolean;
  /** The option that sets or keeps the deadline. Null removes it. */
  expiry: 'ex' | 'px' | 'keepttl' | null;
  lifetimeMs: number;
}

type Words = IterableIterator<ByteString>;

/** Returns the options, or the error reply for invalid ones. */
function parseSetOptions(args: readonly ByteString[]): SetOptions | Reply {
  const options: SetOptions = { condition: null, returnsOld: false, expiry: null, lifetimeMs: 0 };
  const words = args.slice(2).values();
  for (const word of words) {
    const refusal = takeOption(options, word.toLowerCase(), words);
    if (refusal) return refusal;
  }
  return options;
}

function takeOption(options: SetOptions, word: string, words: Words): Reply | null {
  switch (word) {
    case 'get':
      options.returnsOld = true;
      return null;
    case 'nx':
    case 'xx':
      if ((options.condition ?? word) !== word) return syntaxErrorReply;
      options.condition = word;
      return null;
    case 'ex':
    case 'px':
    case 'keepttl':
      if ((options.expiry ?? word) !== word) return syntaxErrorReply;
      options.expiry = word;
      return word === 'keepttl' ? null : takeLifetime(options, word, words);
    case 'exat':
    case 'pxat':
      return noAbsoluteExpiryReply;
    default:
      return syntaxErrorReply;
  }
}

function takeLifetime(options: SetOptions, unit: 'ex' | 'px', words: Words): Reply | null {
  const { value, done } = words.next();
  if (done) return syntaxErrorReply;
  const lifetimeMs = parseLifetime(value, unit === 'ex' ? 1000 : 1, 'set');
  if (typeof lifetimeMs !== 'number') return lifetimeMs;
  if (lifetimeMs <= 0) return errorReply("ERR invalid expire time in 'set' command");
  options.lifetimeMs = lifetimeMs;
  return null;
}

/** Returns the error reply for invalid options. Null when they are valid. */
export function checkSet(args: readonly ByteString[]): Reply | null {
  const options = parseSetOptions(args);
  return 'type' in options ? options : null;
}

export function runSet(store: Store, args: readonly ByteString[]): Reply {
  const [key = '', value = ''] = args;
  if (args.length === 2) {
    store.set(key, value);
    return okReply;
  }
  const options = parseSetOptions(args);
  if ('type' in options) return options;
  const before = store.get(key);
  const isMet =
    options.condition === null || (options.condition === 'xx') === (before !== undefined);
  if (isMet) store.set(key, value, deadlineFor(store, key, options));
  if (options.returnsOld) return before === undefined ? nullReply : bulkReply(before);
  return isMet ? okReply : nullReply;
}

function deadlineFor(store: Store, key: ByteString, { expiry, lifetimeMs }: SetOptions) {
  if (expiry === null) return null;
  return expiry === 'keepttl' ? store.deadlineMs(key) : store.logTimeMs + lifetimeMs;
}
