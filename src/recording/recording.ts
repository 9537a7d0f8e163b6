/**
 * Reads a file written by `up --record` and returns the view at any time. Only keyframes and the
 * lines after one of them are in memory, however long the file is. Player plays it; summary.ts sums
 * it up.
 */

import { closeSync, fstatSync, openSync } from 'node:fs';
import { assertPresent } from '../base/index.js';
import { type ClusterEvent, type ClusterView, foldTelemetry } from '../control/index.js';
import type { Missed, RecordingHead, RecordingLine } from './format.js';
import { readLines } from './line-reader.js';
import { parseHead, parseLine } from './parse-line.js';
import {
  damagedRecordingError,
  emptyRecordingError,
  notARecordingError,
  unreadableFileError,
} from './recording-errors.js';

/** An event and its time, in milliseconds since the recording began. */
export interface TimedEvent {
  readonly t: number;
  readonly event: ClusterEvent;
}

/** The state after one line of a recording. */
interface Moment {
  readonly t: number;
  readonly view: ClusterView;
  /** The events that this line adds. */
  readonly events: readonly TimedEvent[];
  readonly missed: Missed | null;
}

/** The maximum number of keyframes. Views between two keyframes are folded again when needed. */
const keyframesMax = 256;
const keyframeEveryBytesMin = 64 * 1024;

/** A position in the file with the view before it, from which later views can be folded. */
interface Keyframe {
  readonly offset: number;
  readonly lineNumber: number;
  /** The time of the line at `offset`. */
  readonly t: number;
  readonly view: ClusterView;
}

interface NumberedLine {
  readonly line: RecordingLine;
  readonly offset: number;
  readonly number: number;
}

interface FoldedLine extends NumberedLine {
  /** Null for the first line. */
  readonly before: ClusterView | null;
  readonly view: ClusterView;
}

/**
 * The last position read: the lines after one keyframe, and how many of them (`at`) are folded into
 * the view.
 */
interface Cursor {
  readonly keyframe: number;
  readonly lines: readonly RecordingLine[];
  readonly at: number;
  readonly t: number;
  readonly view: ClusterView;
}

export class Recording {
  readonly path: string;
  readonly head: RecordingHead;
  readonly #file: number;
  readonly #bodyOffset: number;
  readonly #end: number;
  readonly #keyframes: Keyframe[] = [];
  readonly #eventTimesMs: number[] = [];
  #durationMs = 0;
  #cursor: Cursor | null = null;

  private constructor(path: string, file: number) {
    this.path = path;
    this.#file = file;
    this.#end = fstatSync(file).size;
    const { value: first } = readLines(file, 0, this.#end).next();
    if (!first) throw this.#end === 0 ? emptyRecordingError(path) : notARecordingError(path);
    this.head = parseHead(path, first.text);
    this.#bodyOffset = Buffer.byteLength(first.text) + 1;
    this.#buildIndex();
  }

  /**
   * Opens and indexes a recording; `close` it afterwards. Reads up to the current end of the file.
   * @throws {LetoError} LETO_FILE_UNREADABLE, LETO_DATA_FOREIGN, LETO_DATA_DAMAGED
   */
  static open(path: string): Recording {
    const file = openFile(path);
    try {
      return new Recording(path, file);
    } catch (error) {
      closeSync(file);
      throw isSystemError(error) ? unreadableFileError(path, error) : error;
    }
  }

  get durationMs(): number {
    return this.#durationMs;
  }

  /** The times of all events in order, in milliseconds since the recording began. */
  get eventTimesMs(): readonly number[] {
    return this.#eventTimesMs;
  }

  /**
   * Returns the view at `t` milliseconds, including every change of that millisecond. Before the
   * first line it is the first view.
   */
  viewAt(t: number): ClusterView {
    const keyframe = Math.max(
      0,
      this.#keyframes.findLastIndex((one) => one.t <= t),
    );
    const { lines, ...start } = this.#cursorFor(keyframe, t);
    let { at, view } = start;
    for (let line = lines[at]; line && line.t <= t; line = lines[at]) {
      view = fold(view, line);
      at += 1;
    }
    this.#cursor = { keyframe, lines, at, t, view };
    return view;
  }

  /** Iterates over the whole recording, one moment per line. */
  *moments(): Generator<Moment> {
    for (const { line, before, view } of this.#foldedLines()) {
      const missed = 'missed' in line ? line.missed : null;
      yield { t: line.t, view, events: this.#newEvents(before, line), missed };
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  #cursorFor(keyframe: number, t: number): Cursor {
    const cursor = this.#cursor;
    if (cursor?.keyframe === keyframe && cursor.t <= t) return cursor;
    const { view, t: since } = this.#keyframeAt(keyframe);
    const lines = cursor?.keyframe === keyframe ? cursor.lines : this.#linesOf(keyframe);
    return { keyframe, lines, at: 0, t: since, view };
  }

  #keyframeAt(at: number): Keyframe {
    return assertPresent(this.#keyframes[at], 'a recording has keyframes');
  }

  #linesOf(keyframe: number): RecordingLine[] {
    const { offset, lineNumber } = this.#keyframeAt(keyframe);
    const end = this.#keyframes[keyframe + 1]?.offset ?? this.#end;
    return [...this.#lines(offset, end, lineNumber)].map(({ line }) => line);
  }

  #buildIndex(): void {
    const everyBytes = Math.max(keyframeEveryBytesMin, this.#end / keyframesMax);
    for (const { line, offset, number, before, view } of this.#foldedLines()) {
      if (line.t < this.#durationMs)
        throw damagedRecordingError(this.path, number, 'time goes backwards');
      const last = this.#keyframes.at(-1);
      if (!last || offset - last.offset >= everyBytes) {
        this.#keyframes.push({ offset, lineNumber: number, t: line.t, view: before ?? view });
      }
      this.#durationMs = line.t;
      for (const { t } of this.#newEvents(before, line)) this.#eventTimesMs.push(t);
    }
    if (this.#keyframes.length === 0) throw emptyRecordingError(this.path);
  }

  *#foldedLines(): Generator<FoldedLine> {
    let view: ClusterView | null = null;
    for (const numbered of this.#lines()) {
      const before: ClusterView | null = view;
      view = this.#folded(before, numbered);
      yield { ...numbered, before, view };
    }
  }

  *#lines(from = this.#bodyOffset, to = this.#end, firstNumber = 2): Generator<NumberedLine> {
    let number = firstNumber;
    for (const found of readLines(this.#file, from, to)) {
      if (!found) throw damagedRecordingError(this.path, number, 'the line is too long');
      yield { line: parseLine(this.path, number, found.text), offset: found.offset, number };
      number += 1;
    }
  }

  #folded(before: ClusterView | null, { line, number }: NumberedLine): ClusterView {
    if (before) return fold(before, line);
    if ('view' in line) return line.view;
    throw damagedRecordingError(this.path, number, 'a recording must begin with a full view');
  }

  /** A full view repeats earlier events: only those newer than `before` count. */
  #newEvents(before: ClusterView | null, line: RecordingLine): TimedEvent[] {
    if ('telemetry' in line) {
      const { telemetry } = line;
      return telemetry.type === 'event' ? [{ t: line.t, event: telemetry.event }] : [];
    }
    if (!('view' in line)) return [];
    const lastAt = before?.events.at(-1)?.at ?? '';
    const since = Date.parse(this.head.startedAt);
    return line.view.events
      .filter(({ at }) => at > lastAt)
      .map((event) => ({
        t: Math.min(line.t, Math.max(0, Date.parse(event.at) - since)),
        event,
      }));
  }
}

function fold(view: ClusterView, line: RecordingLine): ClusterView {
  if ('view' in line) return line.view;
  return 'telemetry' in line ? foldTelemetry(view, line.telemetry) : view;
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'errno' in error;
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw unreadableFileError(path, error as NodeJS.ErrnoException);
  }
}
