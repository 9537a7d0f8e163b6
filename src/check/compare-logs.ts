/**
 * Compares the logs of nodes entry by entry, a range of indexes at a time. compare-states.ts
 * compares the keys, compare-raft-statuses.ts the positions in the log.
 */

/** An entry as RAFT LOG shows it. */
export interface LoggedEntry {
  readonly index: number;
  readonly term: number;
  readonly command: string;
}

/** The entries of a range that a node has in its log: those after its snapshot. */
export interface NodeLogSlice {
  readonly node: string;
  readonly snapshotIndex: number;
  readonly entries: readonly LoggedEntry[];
}

/**
 * Compares ranges in ascending order. An entry that is only in a snapshot on some node cannot be
 * compared, so the comparison starts after the highest snapshot; `range` shows what was compared.
 */
export class LogComparison {
  /** The first and the last compared index; null when no entry was compared. */
  range: { readonly from: number; readonly to: number } | null = null;
  #lastTerm = 0;

  /** Returns the differences in the entries `from` to `to`, both included. */
  compareRange(slices: readonly NodeLogSlice[], from: number, to: number): string[] {
    const begin = Math.max(from, ...slices.map(({ snapshotIndex }) => snapshotIndex + 1));
    if (begin > to) return [];
    const found: string[] = [];
    for (let index = begin; index <= to; index += 1) found.push(...this.#compareAt(index, slices));
    this.range = { from: this.range?.from ?? begin, to };
    return found;
  }

  #compareAt(index: number, slices: readonly NodeLogSlice[]): string[] {
    const entries = slices.map((slice) => entryAt(slice, index));
    const first = entries.find((entry) => entry !== undefined);
    const expected = describe(first);
    const found = slices.flatMap(({ node }, at) => {
      const entry = describe(entries[at]);
      return entry === expected ? [] : [`${node}: entry ${index} is ${entry}, not ${expected}`];
    });
    if (first === undefined) return [`no node has entry ${index}`];
    if (first.term < this.#lastTerm) {
      found.push(
        `entry ${index} is of term ${first.term}, but an earlier entry is of term ${this.#lastTerm}`,
      );
    }
    this.#lastTerm = first.term;
    return found;
  }
}

/** Returns the entry at its expected place: an entry out of order counts as missing. */
function entryAt({ entries }: NodeLogSlice, index: number): LoggedEntry | undefined {
  const entry = entries[index - (entries[0]?.index ?? 0)];
  return entry?.index === index ? entry : undefined;
}

function describe(entry: LoggedEntry | undefined): string {
  return entry === undefined ? 'missing' : `"${entry.command}" of term ${entry.term}`;
}
