/** Replies of commands, and functions to make them. Their RESP form is made in src/resp. */

import type { ByteString } from '../base/index.js';

/** The reply of a command, independent of the protocol version. */
export type Reply =
  | { readonly type: 'simple'; readonly text: string }
  /** `text` begins with Redis's error word, as in `ERR syntax error`. */
  | { readonly type: 'error'; readonly text: string }
  | { readonly type: 'integer'; readonly value: number | bigint }
  | { readonly type: 'bulk'; readonly bytes: ByteString }
  | { readonly type: 'null' }
  | { readonly type: 'array'; readonly items: readonly Reply[] }
  | { readonly type: 'map'; readonly pairs: readonly (readonly [Reply, Reply])[] };

export const okReply: Reply = { type: 'simple', text: 'OK' };
export const nullReply: Reply = { type: 'null' };
export const syntaxErrorReply: Reply = { type: 'error', text: 'ERR syntax error' };
export const notAnIntegerReply: Reply = {
  type: 'error',
  text: 'ERR value is not an integer or out of range',
};

export function bulkReply(bytes: ByteString): Reply {
  return { type: 'bulk', bytes };
}

export function integerReply(value: number | bigint): Reply {
  return { type: 'integer', value };
}

export function errorReply(text: string): Reply {
  return { type: 'error', text };
}

export function arrayReply(items: readonly Reply[]): Reply {
  return { type: 'array', items };
}

export function mapReply(pairs: readonly (readonly [Reply, Reply])[]): Reply {
  return { type: 'map', pairs };
}
