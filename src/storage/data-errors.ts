import { LetoError, printable } from '../base/index.js';

const textLengthMax = 500;

/** It must not be started empty under its old id: it would vote against its own promises (3.8). */
const stayDown =
  'this node stays down, so that it cannot vote from a wrong log, and the other nodes go on; ' +
  'restore its whole data folder from a copy of its last state, or start a new cluster in ' +
  'another data folder';

/**
 * Why a node's data is refused. Each message names the file or folder, and what the user can do.
 * Codes: LETO_DATA_DAMAGED, LETO_DATA_FOREIGN, LETO_DATA_LOCKED, LETO_DATA_UNWRITABLE; and
 * LETO_DISK_FAILED once the node runs.
 */
export function dataDamaged(path: string, what: string): LetoError {
  return new LetoError('LETO_DATA_DAMAGED', `${path} is damaged: ${what}; ${stayDown}`);
}

export function dataForeign(path: string, what: string): LetoError {
  return new LetoError(
    'LETO_DATA_FOREIGN',
    `${path} ${what}; choose another data folder, or put the data of this node back`,
  );
}

export function dataOfOtherVersion(path: string, found: unknown, known: number): LetoError {
  return new LetoError(
    'LETO_DATA_FOREIGN',
    `${path} has format version ${found}, and this program knows only ${known}; start it with ` +
      'the version of the program that wrote it',
  );
}

function dataLocked(path: string): LetoError {
  return new LetoError(
    'LETO_DATA_LOCKED',
    `${path} is in use by another process; stop that one, or choose another data folder`,
  );
}

export function dataUnwritable(path: string, error: unknown): LetoError {
  return new LetoError(
    'LETO_DATA_UNWRITABLE',
    `cannot write in ${path} (${textOf(error)}); make it a writable folder with free space, or ` +
      'choose another data folder',
  );
}

export function diskFailed(location: string, error: unknown): LetoError {
  return new LetoError(
    'LETO_DISK_FAILED',
    `the disk failed a write to ${location} (${textOf(error)}); this node promises nothing any ` +
      'more; make room or mend the disk, then restart it',
  );
}

/** What was met while `path` was opened or read: an error of LevelDB, the system or the codec. */
export function toDataError(path: string, error: unknown): LetoError {
  // LevelDB wraps what it meets on opening: the error that says more is the cause.
  const { cause = error } = error as { readonly cause?: unknown };
  const { code } = cause as { readonly code?: unknown };
  if (code === 'LEVEL_LOCKED') return dataLocked(path);
  if (error instanceof LetoError && code !== 'LETO_DATA_DAMAGED') return error;
  if (unwritable.test(textOf(cause))) return dataUnwritable(path, cause);
  return dataDamaged(path, textOf(cause));
}

/** LevelDB has one code for all that the system refuses, so its text must be read. */
const unwritable =
  /permission denied|not permitted|read-only file system|no space left|quota exceeded/i;

/** LevelDB quotes what it read from a damaged file. */
function textOf(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error), textLengthMax);
}
