import { LetoError } from '../../base/index.js';
import { type Address, formatAddress, type TlsSettings } from '../../control/index.js';
import { readPassword, readSecret } from '../shell/secret-files.js';
import type { FlagName, FlagValues } from './flags.js';
import { readTls } from './tls-files.js';

/** What keeps others out. */
export interface LetoProtection {
  readonly password: string | null;
  readonly secret: string | null;
  readonly tls: TlsSettings | null;
}

interface ReadProtection {
  readonly protection: LetoProtection;
  readonly warnings: readonly string[];
}

/** @throws {LetoError} LETO_BAD_OPTION */
export function readProtection(flags: FlagValues): ReadProtection {
  const passwordFile = flags.get('password-file');
  const secretFile = flags.get('secret-file');
  const { tls, warnings } = tlsOf(flags) ?? { tls: null, warnings: [] };
  const password = passwordFile === undefined ? null : readPassword(passwordFile, '-password-file');
  const secret = secretFile === undefined ? null : readSecret(secretFile, '-secret-file');
  return { protection: { password, secret, tls }, warnings };
}

function tlsOf(flags: FlagValues): ReturnType<typeof readTls> | null {
  const [cert, key, ca] = [flags.get('tls-cert'), flags.get('tls-key'), flags.get('tls-ca')];
  if (cert === undefined && key === undefined && ca === undefined) return null;
  if (cert !== undefined && key !== undefined && ca !== undefined) {
    return readTls({ cert, key, ca }, Date.now());
  }
  throw new LetoError('LETO_BAD_OPTION', 'TLS needs all of -tls-cert, -tls-key and -tls-ca');
}

/** A port that others may reach, and what lets in nobody but friends. */
export interface ListenEndpoint {
  readonly flag: FlagName;
  readonly address: Address;
  readonly risk: string;
  readonly isProtected: boolean;
  readonly missingProtection: string;
  readonly remedy: string;
}

/** @throws {LetoError} where others can reach what is not protected, nor declared open */
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
