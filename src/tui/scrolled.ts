/** The last items that fit into `rows`, or those that stood there `back` items ago. */
export function scrolled<T>(items: readonly T[], rows: number, back: number): T[] {
  const end = Math.max(Math.min(rows, items.length), items.length - back);
  return items.slice(Math.max(0, end - rows), end);
}

/** What a head line says of that. */
export function backWords(back: number, unit: string): string {
  return back > 0 ? `, ${back} ${unit} back` : '';
}
