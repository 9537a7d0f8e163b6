/** What the keys for speed lead through, from the fastest. */
const speeds: readonly number[] = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];

/** The next lower speed; the lowest stays. */
export function slowerThan(speed: number): number {
  return speeds.find((one) => one < speed) ?? speed;
}

/** The next higher speed; the highest stays. */
export function fasterThan(speed: number): number {
  return speeds.findLast((one) => one > speed) ?? speed;
}

export function speedText(speed: number): string {
  return speed === 0 ? 'TIME STANDS STILL' : `${speed}x`;
}
