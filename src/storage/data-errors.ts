/**
 * The errors that the data or the disk of a node can cause. Each message names the file or folder,
 * and says what the user can do.
 */

import { LetoError, printable } from '../base/index.js';

const textLengthMax = 500;

/**
 * A node with damaged data must not start empty under its old id: it could vote twice in a term
 * (3.8).
 */
const stayDown =
  'this node stays down so that it cannot vote from a wrong log, and the other nodes keep ' +
  'running; restore its whole data folder from a copy of its latest state, or start a new ' +
  'cluster in another data folder';

/** Makes a LETO_DATA_DAMAGED; `what` completes the sentence "<path> is damaged: ...". */
export function dataDamaged(path: string, what: string): LetoError {
  return new LetoError('LETO_DATA_DAMAGED', `${path} is damaged: ${what}; ${stayDown}`);
}

/** Makes a LETO_DATA_FOREIGN; `what` completes the sentence "<path> ...". */
export function dataForeign(path: string, what: string): LetoError {
  return new LetoError(
    'LETO_DATA_FOREIGN',
    `${path} ${what}; choose another data folder, or put this node's data back`,
  );
}

/** Makes a LETO_DATA_FOREIGN for data that another version of this program wrote. */
export function dataOfOtherVersion(path: string, found: unknown, known: number): LetoError {
  return new LetoError(
    'LETO_DATA_FOREIGN',
    `${path} has format version ${found}, but this program supports only version ${known}; use ` +
      'the version of the program that wrote it',
  );
}

function dataLocked(path: string): LetoError {
  return new LetoError(
    'LETO_DATA_LOCKED',
    `${path} is in use by another process; stop that process, or choose another data folder`,
  );
}

/** Makes a LETO_DATA_UNWRITABLE from the error of the write. */
export function dataUnwritable(path: string, error: unknown): LetoError {
  return new LetoError(
    'LETO_DATA_UNWRITABLE',
    `cannot write to ${path} (${textOf(error)}); make it a writable folder with free space, or ` +
      'choose another data folder',
  );
}

/** Makes a LETO_DISK_FAILED for a write that failed while the node runs. */
export function diskFailed(location: string, error: unknown): LetoError {
  return new LetoError(
    'LETO_DISK_FAILED',
    `the disk failed a write to ${location} (${textOf(error)}); this node confirms no more ` +
      'writes; free some space or repair the disk, then restart the node',
  );
}

/**
 * Translates an error that occurred while `path` was opened or read. It may come from LevelDB, the
 * system or the codec.
 */
export function toDataError(path: string, error: unknown): LetoError {
  // LevelDB wraps errors that occur while it opens a database; the cause says more.
  const { cause = error } = error as { readonly cause?: unknown };
  const { code } = cause as { readonly code?: unknown };
  if (code === 'LEVEL_LOCKED') return dataLocked(path);
  if (error instanceof LetoError && code !== 'LETO_DATA_DAMAGED') return error;
  if (unwritable.test(textOf(cause))) return dataUnwritable(path, cause);
  return dataDamaged(path, textOf(cause));
}

/** A pattern for the message, since LevelDB has a single code for all errors of the system. */
const unwritable =
  /permission denied|not permitted|read-only file system|no space left|quota exceeded/i;

/** Escapes and shortens the message, in which LevelDB may quote bytes of a damaged file. */
function textOf(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error), textLengthMax);
}
