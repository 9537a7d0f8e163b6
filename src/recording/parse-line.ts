/**
 * Parses and validates single lines of a recording, since the file may come from elsewhere. The
 * checks cover what the readers rely on; format.ts has the full types.
 */

import {
  type ClusterEvent,
  describeEvent,
  isValidName,
  type NodeReport,
} from '../control/index.js';
import {
  type RecordingHead,
  type RecordingLine,
  recordingFormat,
  recordingVersion,
} from './format.js';
import {
  damagedRecordingError,
  notARecordingError,
  unknownVersionError,
} from './recording-errors.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Parses the first line of a recording.
 * @throws {LetoError} LETO_DATA_FOREIGN when it is not a head, or of a newer version
 */
export function parseHead(path: string, text: string): RecordingHead {
  const head = parse(text);
  if (head?.format !== recordingFormat) throw notARecordingError(path);
  const { version, cluster, startedAt } = head;
  if (typeof version !== 'number' || version > recordingVersion) {
    throw unknownVersionError(path, version, recordingVersion);
  }
  const hasStart = typeof startedAt === 'string' && Number.isFinite(Date.parse(startedAt));
  if (!hasStart || !isId(cluster)) throw notARecordingError(path);
  return head as unknown as RecordingHead;
}

/**
 * Parses a line after the head; `number` is its line number in the file, for the error.
 * @throws {LetoError} LETO_DATA_DAMAGED when it is not a line of a recording
 */
export function parseLine(path: string, number: number, text: string): RecordingLine {
  const line = parse(text);
  if (!line) throw damagedRecordingError(path, number, 'this is not JSON');
  const { t, view, telemetry, missed } = line;
  const hasTime = isNumber(t) && t >= 0;
  const isKnown = isView(view) || isTelemetry(telemetry) || isMissed(missed);
  if (hasTime && isKnown) return line as unknown as RecordingLine;
  throw damagedRecordingError(path, number, 'this is not a line of a recording');
}

function parse(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isView(view: unknown): boolean {
  if (!isObject(view)) return false;
  const { cluster, speed, nodes, links, events, notes, rates, held } = view;
  const areArrays = [links, notes, rates, held].every((list) => isArrayOf(list, isObject));
  return (
    isId(cluster) &&
    isNumber(speed) &&
    areArrays &&
    isArrayOf(nodes, isNode) &&
    isArrayOf(events, isEvent)
  );
}

/** Checks, by type, the fields that `foldTelemetry` and the terminal UI rely on. */
const telemetryChecks: Readonly<Record<string, (telemetry: Fields) => boolean>> = {
  node: ({ id, change }) => isId(id) && isObject(change) && isReportOrNone(change.report),
  nodeAdded: ({ node }) => isNode(node),
  nodeRemoved: ({ id }) => isId(id),
  links: ({ links }) => isArrayOf(links, isObject),
  speed: ({ speed }) => isNumber(speed),
  held: ({ held }) => isArrayOf(held, isObject),
  traffic: ({ from, report }) =>
    isId(from) &&
    isObject(report) &&
    isArrayOf(report.notes, isObject) &&
    isArrayOf(report.sent, isObject),
  event: ({ event }) => isEvent(event),
};

function isTelemetry(telemetry: unknown): boolean {
  if (!isObject(telemetry) || typeof telemetry.type !== 'string') return false;
  const check = Object.hasOwn(telemetryChecks, telemetry.type)
    ? telemetryChecks[telemetry.type]
    : undefined;
  return check?.(telemetry) ?? false;
}

function isMissed(missed: unknown): boolean {
  if (!isObject(missed)) return false;
  return isNumber(missed.messages) && isNumber(missed.changes);
}

function isNode(node: unknown): boolean {
  return isObject(node) && isId(node.id) && isReportOrNone(node.report);
}

const numericReportFields: readonly (keyof NodeReport)[] = [
  'term',
  'lastLogIndex',
  'commitIndex',
  'lastApplied',
  'snapshotIndex',
  'firstLogIndex',
];

function isReportOrNone(report: unknown): boolean {
  if (report === undefined || report === null) return true;
  if (!isObject(report) || typeof report.role !== 'string') return false;
  const lists = [report.voters, report.learners, report.peers, report.logTerms];
  return lists.every(Array.isArray) && numericReportFields.every((name) => isNumber(report[name]));
}

function isEvent(event: unknown): boolean {
  if (!isObject(event) || typeof event.at !== 'string') return false;
  const hasNode = event.node === null || isId(event.node);
  return hasNode && Number.isFinite(Date.parse(event.at)) && isDescribable(event);
}

/** True when the event is of a known type and has all fields that its sentence needs. */
function isDescribable(event: Fields): boolean {
  try {
    return typeof describeEvent(event as unknown as ClusterEvent) === 'string';
  } catch {
    return false;
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isId(id: unknown): boolean {
  return typeof id === 'string' && isValidName(id);
}

function isArrayOf(list: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(list) && list.every(isItem);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
