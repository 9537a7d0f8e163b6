import type { ByteString } from '../base/index.js';
import { parseInt64 } from './integers.js';
import { errorReply, notAnIntegerReply, type Reply } from './reply.js';

/** 140,000 years: so that a deadline, log time and a lifetime, is a safe integer. */
const lifetimeMsMax = 2 ** 52;

/** In whole ms, or why it is none. It may be negative, for what is to go at once. */
export function parseLifetime(digits: ByteString, unitMs: number, command: string): number | Reply {
  const units = parseInt64(digits);
  if (units === null) return notAnIntegerReply;
  const lifetimeMs = Number(units) * unitMs;
  if (Math.abs(lifetimeMs) <= lifetimeMsMax) return lifetimeMs;
  return errorReply(`ERR invalid expire time in '${command}' command`);
}
