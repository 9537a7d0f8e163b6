const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** Draws `left` of `total` as a bar of `width` cells that empties from the right. */
export function bar(left: number, total: number, width: number): string {
  const share = total > 0 ? Math.max(0, Math.min(left / total, 1)) : 0;
  const filled = Math.round(share * width * 8);
  const whole = Math.floor(filled / 8);
  return ('█'.repeat(whole) + (eighths[filled % 8] ?? '')).padEnd(width, '·');
}
