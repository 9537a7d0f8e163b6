/** Returns the last items that fit into `rows`, scrolled back by `back` items. */
export function visibleItems<T>(items: readonly T[], rows: number, back: number): T[] {
  const end = Math.max(Math.min(rows, items.length), items.length - back);
  return items.slice(Math.max(0, end - rows), end);
}

/**
 * Returns the lines of the last items that fit whole into `rows`, scrolled back by `back` items.
 */
export function visibleWholeItems<T>(
  items: readonly (readonly T[])[],
  rows: number,
  back: number,
): T[] {
  const lines: T[] = [];
  for (let at = Math.max(0, items.length - 1 - back); at >= 0; at -= 1) {
    const item = items[at] ?? [];
    if (lines.length + item.length > rows) break;
    lines.unshift(...item);
  }
  return lines;
}

/** Returns the addition to a heading, for example `, 3 lines back`. */
export function scrollLabel(back: number, unit: string): string {
  return back > 0 ? `, ${back} ${unit} back` : '';
}
