/** In character cells. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export const columnsMin = 60;
export const rowsMin = 15;

export function isTooSmall({ columns, rows }: Size): boolean {
  return columns < columnsMin || rows < rowsMin;
}

/** One row is left free below: a terminal scrolls when its last cell is written. */
export function rowsFor({ rows }: Size): number {
  return Math.max(1, rows - 1);
}

export interface RowDemand {
  /** Who is served first when rows are scarce: the higher number. */
  readonly priority: number;
  /** Heights that suit, lowest first: the last may be Infinity, for all that is left. */
  readonly heights: readonly number[];
}

/**
 * Rows for each wish, in the same order. All get their lowest height, then all their next, as long
 * as there are rows; what is important comes first in each round. Zero means: not shown.
 */
export function allocateRows(rows: number, demands: readonly RowDemand[]): number[] {
  const shares = demands.map(() => 0);
  let left = rows;
  const rounds = Math.max(0, ...demands.map(({ heights }) => heights.length));
  for (let round = 0; round < rounds; round += 1) {
    for (const at of byPriority(demands)) {
      const share = shares[at] ?? 0;
      const height = demands[at]?.heights[round] ?? share;
      const more = height === Number.POSITIVE_INFINITY ? left : height - share;
      if (more > left) continue;
      shares[at] = share + more;
      left -= more;
    }
  }
  return shares;
}

function byPriority(demands: readonly RowDemand[]): number[] {
  const importance = (at: number) => demands[at]?.priority ?? 0;
  return demands.map((_wish, at) => at).sort((a, b) => importance(b) - importance(a));
}
