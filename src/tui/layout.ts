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

export interface RowWish {
  /** Who is served first when rows are scarce: the higher number. */
  readonly importance: number;
  /** Heights that suit, lowest first: the last may be Infinity, for all that is left. */
  readonly heights: readonly number[];
}

/**
 * Rows for each wish, in the same order. All get their lowest height, then all their next, as long
 * as there are rows; what is important comes first in each round. Zero means: not shown.
 */
export function shareRows(rows: number, wishes: readonly RowWish[]): number[] {
  const shares = wishes.map(() => 0);
  let left = rows;
  const rounds = Math.max(0, ...wishes.map(({ heights }) => heights.length));
  for (let round = 0; round < rounds; round += 1) {
    for (const at of byImportance(wishes)) {
      const share = shares[at] ?? 0;
      const height = wishes[at]?.heights[round] ?? share;
      const more = height === Number.POSITIVE_INFINITY ? left : height - share;
      if (more > left) continue;
      shares[at] = share + more;
      left -= more;
    }
  }
  return shares;
}

function byImportance(wishes: readonly RowWish[]): number[] {
  const importance = (at: number) => wishes[at]?.importance ?? 0;
  return wishes.map((_wish, at) => at).sort((a, b) => importance(b) - importance(a));
}
