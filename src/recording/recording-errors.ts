import { LetoError } from '../base/index.js';

/** Why a file can't be shown. Each message names it, and says what the user can do. */
export function unreadableFileError(
  path: string,
  { code, message }: NodeJS.ErrnoException,
): LetoError {
  const why = code === 'ENOENT' ? 'there is no such file' : (code ?? message);
  return new LetoError('LETO_FILE_UNREADABLE', `can't read ${path}: ${why}; name a recording`);
}

export function notARecordingError(path: string): LetoError {
  const message = `${path}, line 1: this is no recording; name a file of \`leto-cluster up --record\``;
  return new LetoError('LETO_DATA_FOREIGN', message);
}

export function emptyRecordingError(path: string): LetoError {
  const message = `${path} holds nothing yet: its cluster had not started when it was written`;
  return new LetoError('LETO_DATA_FOREIGN', message);
}

export function unknownVersionError(path: string, version: unknown, known: number): LetoError {
  const message = `${path} is a recording of version ${version}, and this program knows up to ${known}; use a newer one`;
  return new LetoError('LETO_DATA_FOREIGN', message);
}

export function damagedRecordingError(path: string, number: number, what: string): LetoError {
  const message = `${path}, line ${number}: ${what}; what stands before it can be saved by \`head -n ${number - 1}\``;
  return new LetoError('LETO_DATA_DAMAGED', message);
}
