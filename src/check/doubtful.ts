import type { ByteString } from '../base/bytes.js';
import type { Operation } from './operation.js';

/**
 * Unknown operations that do the same. They are as good as one another from their start on, so they
 * are used in the order of their starts, and only their number counts.
 */
export class Doubtful {
  readonly operation: Operation;
  readonly #startsNs: readonly number[];
  used = 0;

  constructor(operations: readonly [Operation, ...Operation[]]) {
    this.operation = operations[0];
    this.#startsNs = operations.map(({ startNs }) => startNs).sort((a, b) => a - b);
  }

  /** From when on the next of them may take effect; infinite when all have. */
  get nextStartNs(): number {
    return this.#startsNs[this.used] ?? Number.POSITIVE_INFINITY;
  }
}

/** By what they do, as far as anybody saw it. */
export function groupDoubtful(
  operations: readonly Operation[],
  answered: readonly Operation[],
): Doubtful[] {
  const groups = new Map<string, [Operation, ...Operation[]]>();
  const isSeen = seenValues([...operations, ...answered]);
  for (const operation of operations) {
    const { op, value, expected } = operation;
    const shown = op === 'set' && !isSeen(value) ? [op] : [op, value, expected];
    const name = JSON.stringify(shown);
    const group = groups.get(name);
    if (group) group.push(operation);
    else groups.set(name, [operation]);
  }
  return [...groups.values()].map((group) => new Doubtful(group));
}

/**
 * One value that nobody read or compared is as good as another, unless it is counted up or appended
 * to: then any may have been seen.
 */
function seenValues(operations: readonly Operation[]): (value: ByteString | null) => boolean {
  if (operations.some(({ op }) => op === 'incr' || op === 'append')) return () => true;
  const seen = new Set<ByteString | null>();
  for (const { op, result, expected } of operations) {
    if (op === 'get') seen.add(result);
    if (op === 'cas') seen.add(expected);
  }
  return (value) => seen.has(value);
}
