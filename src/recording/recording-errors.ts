/** The errors of reading a recording. Each message names the file and says what the user can do. */

import { LetoError } from '../base/index.js';

export function unreadableFileError(
  path: string,
  { code, message }: NodeJS.ErrnoException,
): LetoError {
  const why = code === 'ENOENT' ? 'no such file' : (code ?? message);
  return new LetoError(
    'LETO_FILE_UNREADABLE',
    `cannot read ${path}: ${why}; give the path of a recording`,
  );
}

export function notARecordingError(path: string): LetoError {
  const message = `${path}, line 1: not a recording; give a file written by \`leto-cluster up --record\``;
  return new LetoError('LETO_DATA_FOREIGN', message);
}

export function emptyRecordingError(path: string): LetoError {
  const message = `${path} is an empty recording: the cluster had not started when it was written`;
  return new LetoError('LETO_DATA_FOREIGN', message);
}

export function unknownVersionError(path: string, version: unknown, known: number): LetoError {
  const message = `${path} is a recording of version ${version}, but this program reads versions up to ${known}; use a newer leto-cluster`;
  return new LetoError('LETO_DATA_FOREIGN', message);
}

export function damagedRecordingError(path: string, number: number, what: string): LetoError {
  const message = `${path}, line ${number}: ${what}; \`head -n ${number - 1}\` keeps the intact part`;
  return new LetoError('LETO_DATA_DAMAGED', message);
}
