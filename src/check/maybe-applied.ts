import type { ByteString } from '../base/index.js';
import type { Operation } from './operation.js';

/** An operation that may have happened or not, with any answer. */
export class MaybeApplied {
  isUsed = false;

  constructor(
    /** One that does the same. */
    readonly operation: Operation,
    readonly startNs: number,
    /** Until when it may take effect. */
    readonly endNs: number,
  ) {}
}

/**
 * Operations that do the same, as far as anybody can see, and that end one after the other. Of those
 * that may be used the first is as good as any: the others can be used later just as well.
 */
export type MaybeAppliedGroup = readonly MaybeApplied[];

/** Unknown operations may happen at any time after their start, optional ones until their end. */
export function groupMaybeApplied(
  unknown: readonly Operation[],
  optional: readonly Operation[],
  answered: readonly Operation[],
): MaybeAppliedGroup[] {
  const groups = new Map<string, MaybeApplied[]>();
  const isSeen = seenValues([...unknown, ...optional, ...answered]);
  const add = (operation: Operation, endNs: number) => {
    const name = groupKeyOf(operation, isSeen);
    const group = groups.get(name) ?? [];
    const representative = group[0]?.operation ?? operation;
    groups.set(name, group);
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

/** Of a value that nobody saw only the length counts. */
function groupKeyOf(
  { op, value, expected }: Operation,
  isSeen: (value: ByteString) => boolean,
): string {
  const shown = value === null || isSeen(value) ? value : value.length;
  return JSON.stringify([op, shown, expected]);
}

/** A value that is counted up may have been any; others were seen where they are part of what was. */
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
