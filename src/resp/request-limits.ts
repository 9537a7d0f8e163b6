/**
 * The size limits of requests, before and after authentication. For replies see reply-limits.ts.
 */

import { valueBytesMax } from '../base/index.js';

export interface RequestLimits {
  /** The largest number of arguments of one command, including its name. */
  readonly argumentCountMax: number;
  readonly argumentBytesMax: number;
}

/** The limits for every client. */
export const requestLimits: RequestLimits = {
  argumentCountMax: 1024 * 1024,
  argumentBytesMax: valueBytesMax,
};

/**
 * The limits until a client has given the password, so that unauthenticated clients cannot make the
 * server allocate much (CVE-2021-32675).
 */
export const unauthenticatedLimits: RequestLimits = {
  argumentCountMax: 10,
  argumentBytesMax: 16 * 1024,
};
