/** The exhaustiveness check for unions. For other impossible states see assert.ts. */

import { LetoError } from './errors.js';

/**
 * Ends a switch or a chain of ifs over a union. The call compiles only while every variant is
 * handled, so a new variant breaks the build at every place that must handle it.
 *
 * @example
 * switch (role) {
 *   case 'leader': return lead();
 *   case 'follower': return follow();
 *   default: return unreachable(role);
 * }
 *
 * @throws {LetoError} LETO_ASSERTION when the value came from outside the type system
 */
export function unreachable(value: never): never {
  throw new LetoError('LETO_ASSERTION', `unknown variant: ${JSON.stringify(value)}`);
}
