/** Reads and writes history files: one operation a line, as JSON. */

import { type ByteString, LetoError } from '../base/index.js';
import type { Operation, OperationKind } from './operation.js';

/** An operation in the format of history files and reports. */
export interface HistoryRecord extends Omit<Operation, 'startNs' | 'endNs' | 'expected'> {
  /** Present for `cas` only. */
  readonly expected?: ByteString | null;
  readonly start_ns: number;
  readonly end_ns: number;
}

export function toHistoryRecord(operation: Operation): HistoryRecord {
  const { startNs, endNs, expected, ...same } = operation;
  const condition = same.op === 'cas' ? { expected } : {};
  return { ...same, ...condition, start_ns: startNs, end_ns: endNs };
}

/** Returns one line of a history file, without the line break. */
export function toHistoryLine(operation: Operation): string {
  return JSON.stringify(toHistoryRecord(operation));
}

const kinds: readonly OperationKind[] = ['get', 'set', 'cas', 'del', 'incr', 'append'];
const kindsWithValue: readonly OperationKind[] = ['set', 'cas', 'append'];

/**
 * Parses a history file and ignores empty lines.
 * @throws {LetoError} LETO_BAD_OPTION with the number of the line that is not an operation
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
  const message = `line ${number} of the history is not an operation; compare it with a file that \`check --history\` wrote`;
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
