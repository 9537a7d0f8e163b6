/**
 * Reads what protects the ports of a node, and refuses to open an unprotected port to other
 * machines. The files of TLS are checked in tls-files.ts.
 */

import { LetoError } from '../../base/index.js';
import { type Address, formatAddress, type TlsSettings } from '../../control/index.js';
import { readPassword, readSecret } from '../shell/secret-files.js';
import type { FlagName, FlagValues } from './flags.js';
import { readTls } from './tls-files.js';

/** The contents of the files that protect the ports; null when not given. */
export interface LetoProtection {
  readonly password: string | null;
  readonly secret: string | null;
  readonly tls: TlsSettings | null;
}

interface ReadProtection {
  readonly protection: LetoProtection;
  readonly warnings: readonly string[];
}

/**
 * Reads the files of -password-file, -secret-file and -tls-*.
 * @throws {LetoError} LETO_BAD_OPTION
 */
export function readProtection(flags: FlagValues): ReadProtection {
  const passwordFile = flags.get('password-file');
  const secretFile = flags.get('secret-file');
  const { tls, warnings } = tlsOf(flags) ?? { tls: null, warnings: [] };
  const password = passwordFile === undefined ? null : readPassword(passwordFile, '-password-file');
  const secret = secretFile === undefined ? null : readSecret(secretFile, '-secret-file');
  const isOpen = tls !== null && secret === null;
  const all = isOpen ? [...warnings, unnamedWarning] : warnings;
  return { protection: { password, secret, tls }, warnings: all };
}

const unnamedWarning =
  'any certificate of the -tls-ca counts as a node, because its names are not checked; use a CA of ' +
  'this cluster alone, or give -secret-file as well';

function tlsOf(flags: FlagValues): ReturnType<typeof readTls> | null {
  const [cert, key, ca] = [flags.get('tls-cert'), flags.get('tls-key'), flags.get('tls-ca')];
  if (cert === undefined && key === undefined && ca === undefined) return null;
  if (cert !== undefined && key !== undefined && ca !== undefined) {
    return readTls({ cert, key, ca }, Date.now());
  }
  throw new LetoError('LETO_BAD_OPTION', 'TLS needs all of -tls-cert, -tls-key and -tls-ca');
}

/** A port that the node listens on, and how it is protected. */
export interface ListenEndpoint {
  readonly flag: FlagName;
  readonly address: Address;
  readonly risk: string;
  readonly isProtected: boolean;
  readonly missingProtection: string;
  readonly remedy: string;
}

/**
 * Returns warnings for a port that is reachable and unprotected on purpose (-insecure).
 * @throws {LetoError} LETO_BAD_OPTION when it is reachable and unprotected without -insecure
 */
export function exposureWarnings(endpoint: ListenEndpoint, isInsecure: boolean): string[] {
  const { flag, address, risk, isProtected, missingProtection, remedy } = endpoint;
  if (isLoopback(address) || isProtected) return [];
  const text = `-${flag} ${formatAddress(address)} can be reached from other machines, and ${risk}`;
  if (isInsecure) return [`${text}: there is ${missingProtection}`];
  const message = `${text}; choose a loopback address, give ${remedy}, or add -insecure`;
  throw new LetoError('LETO_BAD_OPTION', message);
}

function isLoopback({ host }: Address): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
