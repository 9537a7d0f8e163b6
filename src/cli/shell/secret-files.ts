import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { LetoError } from '../../base/index.js';

/** What is shorter can be guessed by who has listened to a handshake. */
const secretCharsMin = 16;

/**
 * The secret of a cluster's nodes, without the white space around it.
 * @throws {LetoError} LETO_BAD_OPTION where it can't be read, is too short, or where others than
 * its user may read it too
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
    `${file} holds fewer than ${secretCharsMin} characters; make one by openssl rand -base64 32`,
  );
}

/**
 * The first line.
 * @throws {LetoError} LETO_BAD_OPTION where it can't be read or is empty
 */
export function readPassword(file: string, flag: string): string {
  const { text } = readSmallFile(file, flag);
  const [password = ''] = text.split(/\r?\n/, 1);
  if (password === '') throw badFile(flag, `${file} has no password on its first line`);
  return password;
}

interface SmallFile {
  readonly text: string;
  /** Users other than its own may read it. */
  readonly isReadableByOthers: boolean;
}

/** @throws {LetoError} LETO_BAD_OPTION */
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
