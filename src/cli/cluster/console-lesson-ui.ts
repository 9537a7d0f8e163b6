/**
 * The user interface of a lesson on the console: it shows and records the events of the lesson, and
 * waits for Enter. The texts are in lesson-text.ts.
 */

import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import { LetoError } from '../../base/index.js';
import type { LessonEvent, LessonUi, TimedLessonEvent } from '../../lesson/index.js';

export class ConsoleLessonUi implements LessonUi {
  readonly events: TimedLessonEvent[] = [];
  readonly #show: (event: TimedLessonEvent) => void;
  /** Null when no input is read. */
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

  /** @throws {LetoError} LETO_BAD_OPTION when the input ends, since Enter cannot be pressed then */
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
  const message = 'the input has ended, so Enter cannot be pressed; add --auto to run all steps';
  return new LetoError('LETO_BAD_OPTION', message);
}
