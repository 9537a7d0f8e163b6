/** Distributes the rows of the screen among panels. arrange.ts chooses the panels. */

/** A size in character cells. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The smallest terminal that the UI supports. */
export const columnsMin = 60;
export const rowsMin = 15;

export function isTooSmall({ columns, rows }: Size): boolean {
  return columns < columnsMin || rows < rowsMin;
}

/** Leaves the last row free, since a terminal scrolls when its last cell is written. */
export function rowsFor({ rows }: Size): number {
  return Math.max(1, rows - 1);
}

export interface RowDemand {
  /** Higher numbers are served first when rows are scarce. */
  readonly priority: number;
  /** Useful heights, lowest first. The last may be Infinity, for all remaining rows. */
  readonly heights: readonly number[];
}

/**
 * Returns the rows for each demand, in the same order; 0 hides it. In each round every demand is
 * raised to its next height, by priority, as long as there are enough rows.
 */
export function allocateRows(rows: number, demands: readonly RowDemand[]): number[] {
  const shares = demands.map(() => 0);
  let left = rows;
  const rounds = Math.max(0, ...demands.map(({ heights }) => heights.length));
  for (let round = 0; round < rounds; round += 1) {
    for (const at of byPriority(demands)) {
      const share = shares[at] ?? 0;
      const height = demands[at]?.heights[round] ?? share;
      const added = height === Number.POSITIVE_INFINITY ? left : height - share;
      if (added > left) continue;
      shares[at] = share + added;
      left -= added;
    }
  }
  return shares;
}

function byPriority(demands: readonly RowDemand[]): number[] {
  const priorityOf = (at: number) => demands[at]?.priority ?? 0;
  return demands.map((_demand, at) => at).sort((a, b) => priorityOf(b) - priorityOf(a));
}
