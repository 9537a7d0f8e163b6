/** Recordings for tests: single lines, whole files and opened recordings. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  type ClusterEvent,
  type ClusterView,
  nodeId,
  type Telemetry,
} from '../../src/control/index.js';
import type { LogIndex } from '../../src/raft/index.js';
import {
  type RecordingLine,
  recordingFormat,
  recordingVersion,
} from '../../src/recording/format.js';
import { Recording } from '../../src/recording/index.js';
import { clusterView, report } from '../control/fixtures.js';

export const startedAt = '2026-01-02T03:04:05.000Z';
const startedAtMs = Date.parse(startedAt);

export const head = {
  format: recordingFormat,
  version: recordingVersion,
  cluster: 'default',
  startedAt,
};

/** Creates a folder that is removed after the test. */
export function folderFor(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'leto-recording-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Writes `text` to a temporary file and returns its path. */
export function fileWith(context: TestContext, text: string): string {
  const path = join(folderFor(context), 'run.jsonl');
  writeFileSync(path, text);
  return path;
}

export function textOf(lines: readonly RecordingLine[]): string {
  return [head, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** Opens a recording of `lines` and closes it after the test. */
export function recordingOf(context: TestContext, lines: readonly RecordingLine[]): Recording {
  const recording = Recording.open(fileWith(context, textOf(lines)));
  context.after(() => recording.close());
  return recording;
}

export function eventAt(
  t: number,
  node: string | null,
  event: ClusterEvent['event'],
  details: Partial<ClusterEvent> = {},
): ClusterEvent {
  const at = new Date(startedAtMs + t).toISOString();
  return { at, node: node === null ? null : nodeId(node), event, ...details };
}

export function eventLine(
  t: number,
  node: string | null,
  event: ClusterEvent['event'],
): RecordingLine {
  return { t, telemetry: { type: 'event', event: eventAt(t, node, event), later: 0 } };
}

/** The report of a follower with the given commitIndex. */
export function commitOf(node: string, index: number): Telemetry {
  const change = { report: report({ commitIndex: index as LogIndex }) };
  return { type: 'node', id: nodeId(node), change };
}

/** The first view of a run: n1 leads, and n1 to n3 have started. */
export function firstView(): ClusterView {
  const events = ['n1', 'n2', 'n3'].map((node, at) => eventAt(at, node, 'started'));
  return { ...clusterView(), events };
}
