/** The file that a Recorder writes to. */

import { open, rm } from 'node:fs/promises';
import { LetoError } from '../base/index.js';
import type { RecordingSink } from './recorder.js';

/** A newly created file to record into. */
export interface RecordingFile extends RecordingSink {
  /** Closes and deletes the file: the cluster did not start. */
  discard(): Promise<void>;
}

/**
 * Creates the file of a recording.
 * @throws {LetoError} LETO_DATA_UNWRITABLE, also when the file already exists
 */
export async function createRecordingFile(path: string): Promise<RecordingFile> {
  const handle = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
    throw unwritableError(path, error);
  });
  const close = () => handle.close();
  return {
    write: (text) => handle.appendFile(text),
    close,
    discard: async () => {
      await close();
      await rm(path, { force: true });
    },
  };
}

function unwritableError(path: string, { code, message }: NodeJS.ErrnoException): LetoError {
  const why =
    code === 'EEXIST'
      ? `${path} already exists, and a recording never replaces a file; choose another name, or move the file away`
      : `cannot record to ${path} (${code ?? message}); choose a file in a writable folder`;
  return new LetoError('LETO_DATA_UNWRITABLE', why);
}
