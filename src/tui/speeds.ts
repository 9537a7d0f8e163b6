/** The speeds that `[` and `]` step through, fastest first. */
const speeds: readonly number[] = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];

/** Returns the next lower speed, or `speed` when it is the lowest. */
export function slowerThan(speed: number): number {
  return speeds.find((one) => one < speed) ?? speed;
}

/** Returns the next higher speed, or `speed` when it is the highest. */
export function fasterThan(speed: number): number {
  return speeds.findLast((one) => one > speed) ?? speed;
}

export function speedText(speed: number): string {
  return speed === 0 ? 'TIME STOPPED' : `${speed}x`;
}
