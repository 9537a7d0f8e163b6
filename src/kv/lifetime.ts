/** Parses the lifetimes that EXPIRE, PEXPIRE and SET are given. */

import type { ByteString } from '../base/index.js';
import { parseInt64 } from './integers.js';
import { errorReply, notAnIntegerReply, type Reply } from './reply.js';

/**
 * The longest lifetime, 140,000 years. It keeps a deadline (log time + lifetime) a safe integer.
 */
const lifetimeMsMax = 2 ** 52;

/**
 * Returns a lifetime in whole ms, or the error reply for `command`. The lifetime may be zero or
 * negative; the caller decides what that means.
 */
export function parseLifetime(digits: ByteString, unitMs: number, command: string): number | Reply {
  const units = parseInt64(digits);
  if (units === null) return notAnIntegerReply;
  const lifetimeMs = Number(units) * unitMs;
  if (Math.abs(lifetimeMs) <= lifetimeMsMax) return lifetimeMs;
  return errorReply(`ERR invalid expire time in '${command}' command`);
}
