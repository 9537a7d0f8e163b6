/**
 * Operations that may or may not have happened, grouped by their effect so that the search
 * (search.ts) tries one of a group instead of all.
 */

import type { ByteString } from '../base/index.js';
import type { Operation } from './operation.js';

/** An operation that may have happened or not, with any answer. */
export class MaybeApplied {
  isUsed = false;

  constructor(
    /** The operation, or one of its group with the same effect. */
    readonly operation: Operation,
    readonly startNs: number,
    /** The latest time at which it may take effect; infinite when there is none. */
    readonly endNs: number,
  ) {}
}

/**
 * Operations whose effects no answer can tell apart, sorted by their ends. The search need try only
 * the first one that is possible: the others stay possible for longer.
 */
export type MaybeAppliedGroup = readonly MaybeApplied[];

/** Groups unknown operations, which may take effect at any later time, and optional ones. */
export function groupMaybeApplied(
  unknown: readonly Operation[],
  optional: readonly Operation[],
  answered: readonly Operation[],
): MaybeAppliedGroup[] {
  const groups = new Map<string, MaybeApplied[]>();
  const isSeen = seenValues([...unknown, ...optional, ...answered]);
  const add = (operation: Operation, endNs: number) => {
    const groupKey = groupKeyOf(operation, isSeen);
    const group = groups.get(groupKey) ?? [];
    const representative = group[0]?.operation ?? operation;
    groups.set(groupKey, group);
    group.push(new MaybeApplied(representative, operation.startNs, endNs));
  };
  for (const operation of unknown) add(operation, Number.POSITIVE_INFINITY);
  for (const operation of optional) add(operation, operation.endNs);
  for (const group of groups.values()) group.sort(byEnd);
  return [...groups.values()];
}

function byEnd(a: MaybeApplied, b: MaybeApplied): number {
  return a.endNs === b.endNs ? a.startNs - b.startNs : a.endNs - b.endNs;
}

/** A value that no answer shows matters only by its length, which APPEND returns. */
function groupKeyOf(
  { op, value, expected }: Operation,
  isSeen: (value: ByteString) => boolean,
): string {
  const shown = value === null || isSeen(value) ? value : value.length;
  return JSON.stringify([op, shown, expected]);
}

/**
 * Returns a predicate that tells whether an answer may show a value. With INCR any value counts as
 * seen, since answers derive from it; otherwise a value is seen when it is part of one that was
 * read or expected.
 */
function seenValues(operations: readonly Operation[]): (value: ByteString) => boolean {
  if (operations.some(({ op }) => op === 'incr')) return () => true;
  const seen = new Set<ByteString | null>();
  for (const { op, result, expected } of operations) {
    if (op === 'get') seen.add(result);
    if (op === 'cas') seen.add(expected);
  }
  const all = [...seen].join('\n');
  return (value) => all.includes(value);
}
