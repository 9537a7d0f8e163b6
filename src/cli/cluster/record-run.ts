/**
 * The recording of `up --record`, from the start of the cluster to its end. The format of the file
 * is in src/recording.
 */

import type { Cluster } from '../../cluster/index.js';
import { createRecordingFile, Recorder, type RecordingFile } from '../../recording/index.js';
import { printError } from '../shell/output.js';

/** A recording that may be in progress. */
export interface RunRecording {
  begin(cluster: Cluster): void;
  /** Resolves when everything is written. Deletes the file when `begin` was never called. */
  end(): Promise<void>;
}

/**
 * Creates the file before the cluster starts, so that a bad path is reported early. Later problems
 * are printed at once, or at the end when the terminal UI uses the screen. Returns null when
 * `path` is undefined.
 * @throws {LetoError} LETO_DATA_UNWRITABLE
 */
export async function createRunRecording(
  path: string | undefined,
  isScreenTaken: boolean,
): Promise<RunRecording | null> {
  if (path === undefined) return null;
  const file = await createRecordingFile(path);
  const deferredWarnings: string[] = [];
  const warn = (message: string) => {
    const text = `${path}: ${message}`;
    if (isScreenTaken) deferredWarnings.push(text);
    else printError(text);
  };
  return new RunRecordingFile(file, warn, () => {
    for (const text of deferredWarnings) printError(text);
  });
}

class RunRecordingFile implements RunRecording {
  readonly #file: RecordingFile;
  readonly #warn: (message: string) => void;
  readonly #flushWarnings: () => void;
  #recorder: Recorder | null = null;

  constructor(file: RecordingFile, warn: (message: string) => void, flushWarnings: () => void) {
    this.#file = file;
    this.#warn = warn;
    this.#flushWarnings = flushWarnings;
  }

  begin(cluster: Cluster): void {
    this.#recorder = new Recorder(this.#file, this.#warn);
    this.#recorder.begin(cluster, Date.now());
  }

  async end(): Promise<void> {
    if (this.#recorder) await this.#recorder.close();
    else await this.#file.discard();
    this.#flushWarnings();
  }
}
