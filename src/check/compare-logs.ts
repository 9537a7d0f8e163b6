/** An entry as RAFT LOG shows it. */
export interface LoggedEntry {
  readonly index: number;
  readonly term: number;
  readonly command: string;
}

/** What a node keeps of a range of its log: all of it that its snapshot does not hold. */
export interface NodeLogSlice {
  readonly node: string;
  readonly snapshotIndex: number;
  readonly entries: readonly LoggedEntry[];
}

/**
 * Compares the logs of nodes part by part, from low indexes to high ones. What a snapshot holds on
 * some node can't be compared by entries: the comparison begins behind it, and says where.
 */
export class LogComparison {
  /** The first and the last entry that every node keeps; null while there are none. */
  range: { readonly from: number; readonly to: number } | null = null;
  #lastTerm = 0;

  /** What differs in entries `from` to `to`, both included. */
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
      found.push(`entry ${index} is of term ${first.term}, and one before it of ${this.#lastTerm}`);
    }
    this.#lastTerm = first.term;
    return found;
  }
}

/** Entries are asked for in order: one that is out of its place is not there. */
function entryAt({ entries }: NodeLogSlice, index: number): LoggedEntry | undefined {
  const entry = entries[index - (entries[0]?.index ?? 0)];
  return entry?.index === index ? entry : undefined;
}

function describe(entry: LoggedEntry | undefined): string {
  return entry === undefined ? 'missing' : `"${entry.command}" of term ${entry.term}`;
}
