/**
 * Returns the percentile of `values` by the nearest-rank method. `share` is 0 to 1, so 0.5 gives
 * the median. Returns null when there are no values.
 */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
