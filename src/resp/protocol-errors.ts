import { printable } from '../base/bytes.js';

/** The texts of Redis 7.0; those of the second group are our own. */
const prefix = 'ERR Protocol error: ';

export const badCount = `${prefix}invalid multibulk length`;
export const badLength = `${prefix}invalid bulk length`;
export const countLineTooLong = `${prefix}too big mbulk count string`;
export const lengthLineTooLong = `${prefix}too big bulk count string`;
export const inlineTooLong = `${prefix}too big inline request`;
export const unbalancedQuotes = `${prefix}unbalanced quotes in request`;
export const unauthenticatedCount = `${prefix}unauthenticated multibulk length`;
export const unauthenticatedLength = `${prefix}unauthenticated bulk length`;

/** They hold only until the client has authenticated. */
export const byUnauthenticatedLimits: ReadonlySet<string> = new Set([
  unauthenticatedCount,
  unauthenticatedLength,
]);

export const bulkWithoutEnd = `${prefix}expected CRLF after a bulk string`;
export const commandTooLong = `${prefix}too big multibulk request`;

export function expectedBulk(got: number): string {
  return `${prefix}expected '$', got '${printable(String.fromCharCode(got), 1)}'`;
}

/** The client sends HTTP: a web page may be trying to speak to this port through a browser. */
export const crossProtocolAttack = `${prefix}possible cross-protocol attack (POST or Host:)`;
