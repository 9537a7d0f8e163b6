/** The texts of protocol errors. After each of them the connection is closed. */

import { printable } from '../base/index.js';

const prefix = 'ERR Protocol error: ';

/** These texts are those of Redis 7.0. */
export const badCount = `${prefix}invalid multibulk length`;
export const badLength = `${prefix}invalid bulk length`;
export const countLineTooLong = `${prefix}too big mbulk count string`;
export const lengthLineTooLong = `${prefix}too big bulk count string`;
export const inlineTooLong = `${prefix}too big inline request`;
export const unbalancedQuotes = `${prefix}unbalanced quotes in request`;
export const unauthenticatedCount = `${prefix}unauthenticated multibulk length`;
export const unauthenticatedLength = `${prefix}unauthenticated bulk length`;

export function expectedBulk(got: number): string {
  return `${prefix}expected '$', got '${printable(String.fromCharCode(got), 1)}'`;
}

/**
 * These texts are for requests that Redis accepts, or answers by closing the connection silently.
 */
export const missingBulkCrlf = `${prefix}expected CRLF after a bulk string`;
export const commandTooLong = `${prefix}too big multibulk request`;
export const crossProtocolAttack = `${prefix}possible cross-protocol attack (POST or Host:)`;
