import { type ByteString, LetoError } from '../base/index.js';
import type { Operation, OperationKind } from './operation.js';

/** An operation as history files and reports have it. */
export interface HistoryRecord extends Omit<Operation, 'startNs' | 'endNs' | 'expected'> {
  /** Of `cas` alone. */
  readonly expected?: ByteString | null;
  readonly start_ns: number;
  readonly end_ns: number;
}

export function toHistoryRecord(operation: Operation): HistoryRecord {
  const { startNs, endNs, expected, ...same } = operation;
  const condition = same.op === 'cas' ? { expected } : {};
  return { ...same, ...condition, start_ns: startNs, end_ns: endNs };
}

/** One line of a history file, without its end. */
export function toHistoryLine(operation: Operation): string {
  return JSON.stringify(toHistoryRecord(operation));
}

const kinds: readonly OperationKind[] = ['get', 'set', 'cas', 'del', 'incr', 'append'];
const kindsWithValue: readonly OperationKind[] = ['set', 'cas', 'append'];

/**
 * Reads a history file: one JSON object a line.
 * @throws {LetoError} LETO_BAD_OPTION, with the number of the line that is none
 */
export function readHistory(text: string): Operation[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => (line.trim() === '' ? [] : [readLine(line, at + 1)]));
}

function readLine(line: string, number: number): Operation {
  try {
    const { start_ns, end_ns, ...same } = JSON.parse(line);
    const nothing = { value: null, expected: null, result: null };
    const operation = { ...nothing, ...same, startNs: start_ns, endNs: end_ns };
    if (isOperation(operation)) return operation;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  const message = `line ${number} of the history is no operation; see one that \`check --history\` writes`;
  throw new LetoError('LETO_BAD_OPTION', message);
}

function isOperation(read: Record<keyof Operation, unknown>): read is Operation {
  const { process, op, key, value, expected, ok, result, startNs, endNs } = read;
  const hasValue = typeof value === 'string' || !kindsWithValue.includes(op as OperationKind);
  return (
    kinds.includes(op as OperationKind) &&
    hasValue &&
    typeof key === 'string' &&
    [value, expected, result].every((text) => text === null || typeof text === 'string') &&
    (ok === null || typeof ok === 'boolean') &&
    [process, startNs, endNs].every((count) => typeof count === 'number')
  );
}
