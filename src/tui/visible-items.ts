/** The last items that fit into `rows`, or those that stood there `back` items ago. */
export function visibleItems<T>(items: readonly T[], rows: number, back: number): T[] {
  const end = Math.max(Math.min(rows, items.length), items.length - back);
  return items.slice(Math.max(0, end - rows), end);
}

/** The same of items of several lines each: those on top that do not fit whole are left out. */
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

/** What a head line says of that. */
export function scrollLabel(back: number, unit: string): string {
  return back > 0 ? `, ${back} ${unit} back` : '';
}
