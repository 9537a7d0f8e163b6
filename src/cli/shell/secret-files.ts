/**
 * Reads the files that an option names: the password of the clients, the secret of the nodes, and
 * PEM files. What a PEM file must contain is checked in ../leto/tls-files.ts.
 */

import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { LetoError } from '../../base/index.js';

/** An attacker who recorded a handshake could guess a shorter secret. */
const secretCharsMin = 16;

/**
 * Returns the secret that the nodes of a cluster share, without surrounding white space.
 * @throws {LetoError} LETO_BAD_OPTION when the file cannot be read, when other users may read it,
 * or when the secret is too short
 */
export function readSecret(file: string, flag: string): string {
  const { text, isReadableByOthers } = readSmallFile(file, flag);
  if (isReadableByOthers) {
    throw badFile(
      flag,
      `${file} can be read by other users of this machine; run chmod 600 ${file}`,
    );
  }
  const secret = text.trim();
  if (secret.length >= secretCharsMin) return secret;
  throw badFile(
    flag,
    `${file} holds fewer than ${secretCharsMin} characters; make one with openssl rand -base64 32`,
  );
}

/**
 * Returns the first line of the file.
 * @throws {LetoError} LETO_BAD_OPTION when the file cannot be read or its first line is empty
 */
export function readPassword(file: string, flag: string): string {
  const { text } = readSmallFile(file, flag);
  const [password = ''] = text.split(/\r?\n/, 1);
  if (password === '') throw badFile(flag, `${file} has no password on its first line`);
  return password;
}

interface SmallFile {
  readonly text: string;
  /** True when users other than the owner may read the file. */
  readonly isReadableByOthers: boolean;
}

/** @throws {LetoError} LETO_BAD_OPTION when the file cannot be read; the message names the flag */
export function readSmallFile(file: string, flag: string): SmallFile {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const { mode } = fstatSync(descriptor);
      return { text: readFileSync(descriptor, 'utf8'), isReadableByOthers: (mode & 0o077) !== 0 };
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw badFile(flag, `${file} can't be read (${code})`);
  }
}

function badFile(flag: string, message: string): LetoError {
  return new LetoError('LETO_BAD_OPTION', `${flag} ${message}`);
}
