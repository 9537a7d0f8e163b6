/**
 * The file format of a recording: JSON lines that begin with a head and a full view, followed by
 * the changes to that view. Fields may be added within a version; readers ignore unknown fields.
 * parse-line.ts validates the lines.
 */

import type { ClusterView, Telemetry } from '../control/index.js';

export const recordingFormat = 'leto-cluster recording';
export const recordingVersion = 1;

export interface RecordingHead {
  readonly format: typeof recordingFormat;
  readonly version: number;
  readonly cluster: string;
  /** An ISO time. The `t` of every line is relative to it. */
  readonly startedAt: string;
}

/** `t` is in milliseconds since `startedAt` and never decreases from line to line. */
export type RecordingLine =
  /** A full view: the first line, and again after a gap in the changes. */
  | { readonly t: number; readonly view: ClusterView }
  | { readonly t: number; readonly telemetry: Telemetry }
  | { readonly t: number; readonly missed: Missed };

/** Counts what was dropped since the last line because the disk was too slow. */
export interface Missed {
  /**
   * The number of dropped reports of messages between nodes. The view stays correct without them.
   */
  readonly messages: number;
  /** The number of dropped changes of any other kind. The next line is a full view. */
  readonly changes: number;
}
