import type { Cluster } from '../../cluster/index.js';
import { createRecordingFile, Recorder, type RecordingFile } from '../../recording/index.js';
import { complain } from '../shell/output.js';

/** The file of `up --record`. */
export interface RunRecording {
  begin(cluster: Cluster): void;
  /** Resolves when all is written; a file into which nothing was recorded is gone. */
  end(): Promise<void>;
}

/**
 * Makes the file before the cluster starts, so that a bad name costs nothing. What goes wrong later
 * is said at once, or at the end where a terminal UI has the screen. Null where no file is named.
 * @throws {LetoError} LETO_DATA_UNWRITABLE
 */
export async function recordTo(
  path: string | undefined,
  isScreenTaken: boolean,
): Promise<RunRecording | null> {
  if (path === undefined) return null;
  const file = await createRecordingFile(path);
  const late: string[] = [];
  const tell = (message: string) => {
    const text = `${path}: ${message}`;
    if (isScreenTaken) late.push(text);
    else complain(text);
  };
  return new FileOfRun(file, tell, () => {
    for (const text of late) complain(text);
  });
}

class FileOfRun implements RunRecording {
  readonly #file: RecordingFile;
  readonly #tell: (message: string) => void;
  readonly #tellLate: () => void;
  #recorder: Recorder | null = null;

  constructor(file: RecordingFile, tell: (message: string) => void, tellLate: () => void) {
    this.#file = file;
    this.#tell = tell;
    this.#tellLate = tellLate;
  }

  begin(cluster: Cluster): void {
    this.#recorder = new Recorder(this.#file, this.#tell);
    this.#recorder.begin(cluster, Date.now());
  }

  async end(): Promise<void> {
    if (this.#recorder) await this.#recorder.close();
    else await this.#file.discard();
    this.#tellLate();
  }
}
