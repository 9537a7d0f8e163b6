import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import { LetoError } from '../../base/index.js';
import type { LessonEvent, LessonUi, TimedLessonEvent } from '../../lesson/index.js';

/** Where a lesson is told and written down, and where somebody may press Enter. */
export class ConsoleLessonUi implements LessonUi {
  readonly events: TimedLessonEvent[] = [];
  readonly #show: (event: TimedLessonEvent) => void;
  /** Null where nobody is to press Enter. */
  readonly #lines: Interface | null;
  #hasEnded = false;

  constructor(input: Readable | null, show: (event: TimedLessonEvent) => void) {
    this.#show = show;
    this.#lines = input && createInterface({ input, terminal: false });
    this.#lines?.once('close', () => {
      this.#hasEnded = true;
    });
  }

  emit(note: LessonEvent): void {
    const timed = { at: new Date().toISOString(), ...note };
    this.events.push(timed);
    this.#show(timed);
  }

  /** @throws {LetoError} LETO_BAD_OPTION where the input ends: nobody can press Enter any more */
  async untilHelpRequested(): Promise<void> {
    const lines = this.#lines;
    if (lines === null) return;
    const ended = new AbortController();
    const end = () => ended.abort();
    lines.once('close', end);
    try {
      if (this.#hasEnded) throw inputEndedError();
      await once(lines, 'line', { signal: ended.signal });
    } catch {
      throw inputEndedError();
    } finally {
      lines.off('close', end);
    }
  }

  close(): void {
    this.#lines?.close();
  }
}

function inputEndedError(): LetoError {
  const message = 'the input has ended, so nobody can press Enter; add --auto to have all done';
  return new LetoError('LETO_BAD_OPTION', message);
}
