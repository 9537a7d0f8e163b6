import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import { LetoError } from '../../base/index.js';
import type { Desk, Note, TimedNote } from '../../lesson/index.js';

/** Where a lesson is told and written down, and where somebody may press Enter. */
export class LessonDesk implements Desk {
  readonly notes: TimedNote[] = [];
  readonly #show: (note: TimedNote) => void;
  /** Null where nobody is to press Enter. */
  readonly #lines: Interface | null;
  #hasEnded = false;

  constructor(input: Readable | null, show: (note: TimedNote) => void) {
    this.#show = show;
    this.#lines = input && createInterface({ input, terminal: false });
    this.#lines?.once('close', () => {
      this.#hasEnded = true;
    });
  }

  tell(note: Note): void {
    const timed = { at: new Date().toISOString(), ...note };
    this.notes.push(timed);
    this.#show(timed);
  }

  /** @throws {LetoError} LETO_BAD_OPTION where the input ends: nobody can press Enter any more */
  async untilAsked(): Promise<void> {
    const lines = this.#lines;
    if (lines === null) return;
    const ended = new AbortController();
    const end = () => ended.abort();
    lines.once('close', end);
    try {
      if (this.#hasEnded) throw nobodyThere();
      await once(lines, 'line', { signal: ended.signal });
    } catch {
      throw nobodyThere();
    } finally {
      lines.off('close', end);
    }
  }

  close(): void {
    this.#lines?.close();
  }
}

function nobodyThere(): LetoError {
  const message = 'the input has ended, so nobody can press Enter; add --auto to have all done';
  return new LetoError('LETO_BAD_OPTION', message);
}
