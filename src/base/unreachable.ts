import { LetoError } from './errors.js';

/**
 * Ends a switch or a chain of ifs over a union. The compiler refuses a call while a variant is not
 * handled, since the value is not `never` then; so a new variant breaks the build at every place
 * that must handle it.
 *
 * @example
 * switch (role) {
 *   case 'leader': return lead();
 *   case 'follower': return follow();
 *   default: return unreachable(role);
 * }
 *
 * @throws {LetoError} LETO_ASSERTION where the value came from outside the type system
 */
export function unreachable(value: never): never {
  throw new LetoError('LETO_ASSERTION', `an unknown variant was met: ${JSON.stringify(value)}`);
}
