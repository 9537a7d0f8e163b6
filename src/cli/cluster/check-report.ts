/**
 * Formats the result of `check` as text or JSON, and decides when a verdict is unknown. The judging
 * itself is in src/check.
 */

import { printable } from '../../base/index.js';
import {
  type CheckOptions,
  type CheckProgress,
  type CheckRun,
  type HistoryRecord,
  toHistoryRecord,
  type Verdict,
} from '../../check/index.js';

/** The document of `check --json`. */
export interface CheckReport {
  readonly seed: number;
  readonly seconds: number;
  readonly clients: number;
  readonly operations: CheckProgress['tally'];
  readonly faults: CheckProgress['faults'];
  readonly longestMsWithoutWrite: number;
  readonly crashes: readonly string[];
  readonly verdict: Verdict['type'];
  /** Why the verdict is unknown; absent for the other verdicts. */
  readonly reason?: string;
  /** The smallest set of operations that is not linearizable; absent for the other verdicts. */
  readonly violation?: { readonly key: string; readonly operations: readonly HistoryRecord[] };
}

/** How many operations of a violation the text shows; the JSON has all of them. */
const shownOperationsMax = 50;
const shownCharsMax = 120;

export function toCheckReport(
  run: CheckRun,
  { seed, seconds, clients }: CheckOptions,
  verdict: Verdict,
): CheckReport {
  const { tally: operations, faults, crashes } = run;
  const longestMsWithoutWrite = Math.round(run.longestMsWithoutWrite);
  const facts = { seed, seconds, clients, operations, faults, longestMsWithoutWrite, crashes };
  if (verdict.type === 'NOT linearizable') {
    const { type, key, operations: shown } = verdict;
    const violation = { key, operations: shown.map(toHistoryRecord) };
    return { ...facts, verdict: type, violation };
  }
  const reason = reasonForUnknown(run, verdict);
  if (reason === null) return { ...facts, verdict: 'linearizable' };
  return { ...facts, verdict: 'unknown', reason };
}

/** A history without an acknowledged write, or without a final read of all keys, proves nothing. */
function reasonForUnknown({ history, unreadKeys }: CheckRun, verdict: Verdict): string | null {
  if (verdict.type === 'unknown') {
    return `the search for a valid order took too long for ${verdict.keys.join(', ')}; use fewer --seconds`;
  }
  if (!history.some(({ ok, op }) => ok === true && op !== 'get'))
    return 'no write was acknowledged';
  if (unreadKeys === 0) return null;
  return `${unreadKeys} keys could not be read after all faults were healed: the cluster did not recover`;
}

export function progressText({ tally, faults }: CheckProgress): string {
  return `${tallyText(tally)}; faults: ${faultsText(faults)}`;
}

export function checkText(report: CheckReport): string {
  const { seed, seconds, clients, operations, faults, longestMsWithoutWrite } = report;
  return [
    `seed ${seed}: ${clients} clients for ${seconds} s`,
    `operations: ${tallyText(operations)}`,
    `faults: ${faultsText(faults)}`,
    `longest time without an acknowledged write: ${longestMsWithoutWrite} ms`,
    ...report.crashes,
    ...violationLines(report),
    `verdict: ${report.verdict}${report.reason === undefined ? '' : ` (${report.reason})`}`,
  ].join('\n');
}

function tallyText({ ok, failed, unknown }: CheckProgress['tally']): string {
  return `${ok} ok, ${failed} failed, ${unknown} unknown`;
}

function faultsText(faults: CheckProgress['faults']): string {
  const counts = Object.entries(faults).map(([name, count]) => `${name} ${count}`);
  return counts.length === 0 ? 'none' : counts.join(', ');
}

function violationLines({ violation }: CheckReport): string[] {
  if (!violation) return [];
  const { key, operations } = violation;
  const more = operations.length - shownOperationsMax;
  return [
    `key ${key}: no order of these operations explains their answers, whatever other writes did:`,
    ...operations.slice(0, shownOperationsMax).map((operation) => `  ${operationText(operation)}`),
    ...(more > 0 ? [`  and ${more} more; --json shows all`] : []),
  ];
}

/** `12.345 ms to 13.456 ms  process 3: set v17 -> OK` */
function operationText(operation: HistoryRecord): string {
  const { process, op, value, ok, result, start_ns: startNs, end_ns: endNs } = operation;
  const times = `${milliseconds(startNs)} to ${ok === null ? '?' : milliseconds(endNs)} ms`;
  const what = value === null ? op : `${op} ${printable(value, shownCharsMax)}`;
  const answer = ok === null ? 'unknown' : printable(result ?? 'null', shownCharsMax);
  return `${times}  process ${process}: ${what} -> ${answer}`;
}

function milliseconds(nanoseconds: number): string {
  return (nanoseconds / 1e6).toFixed(3);
}
