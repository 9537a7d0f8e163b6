/**
 * A node's estimate of the cluster's log time, which runs between the entries that carry it. Only
 * entries move the time of the state machine; this clock says what a leader writes into its next
 * entry, and what TTL shows meanwhile.
 */

/**
 * How far the estimate may be ahead of what the leader says. A message that was under way for some
 * time is no reason to turn the clock back, but a clock that runs fast must not add up.
 */
const aheadMsMax = 500;

/** Times of the node are in ms of its own clock, log times in ms of log time. */
export class LogClock {
  /** Log time was `#baseMs` when the node's clock showed `#sinceMs`. */
  #baseMs: number;
  #sinceMs: number;

  constructor(logTimeMs: number, nowMs: number) {
    this.#baseMs = logTimeMs;
    this.#sinceMs = nowMs;
  }

  /** Returns the log time in whole ms. */
  read(nowMs: number): number {
    // In this order, since a sum of fractions could round down to less than `#baseMs`.
    return this.#baseMs + Math.floor(nowMs - this.#sinceMs);
  }

  /** Raises the clock to the time of an entry that was applied. It never lowers the clock. */
  raise(logTimeMs: number, nowMs: number): void {
    if (logTimeMs > this.read(nowMs)) this.#set(logTimeMs, nowMs);
  }

  /** Follows the leader, which showed `logTimeMs` when it sent its message. */
  follow(logTimeMs: number, nowMs: number): void {
    const aheadMs = this.read(nowMs) - logTimeMs;
    if (aheadMs < 0 || aheadMs > aheadMsMax) this.#set(logTimeMs, nowMs);
  }

  #set(logTimeMs: number, nowMs: number): void {
    this.#baseMs = logTimeMs;
    this.#sinceMs = nowMs;
  }
}
