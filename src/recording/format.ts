import type { ClusterView, Telemetry } from '../control/index.js';

/**
 * A recording is lines of JSON: a head, the view as it stood when the recording began, then what
 * changed in it. Fields may be added within a version; a reader ignores those that it doesn't know.
 */
export const recordingFormat = 'leto-cluster recording';
export const recordingVersion = 1;

export interface RecordingHead {
  readonly format: typeof recordingFormat;
  readonly version: number;
  readonly cluster: string;
  /** ISO time; the `t` of all lines counts from here. */
  readonly startedAt: string;
}

/** `t` is in milliseconds, and never falls from line to line. */
export type RecordingLine =
  /** The whole view: at the beginning, and where changes are missing before it. */
  | { readonly t: number; readonly view: ClusterView }
  | { readonly t: number; readonly telemetry: Telemetry }
  | { readonly t: number; readonly missed: Missed };

/** What a disk was too slow for since the last line. */
export interface Missed {
  /** Reports of messages between nodes: the view is whole without them. */
  readonly messages: number;
  /** All else; the whole view follows. */
  readonly changes: number;
}
