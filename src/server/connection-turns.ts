/**
 * Shares the time of a node's thread among its clients. All connections together have one time
 * budget a turn, so that many long pipelines cannot hold up heartbeats and votes. It knows nothing
 * of bytes and commands; connection.ts does.
 */

/** How long all connections together take requests before they yield to the event loop. */
export const turnMsMax = 5;
/** How many requests one connection takes before the next connection has its turn. */
export const requestsPerSlice = 32;

export interface TurnTaker {
  /** Takes at most so many requests. Returns true when it could take more at once. */
  takeRequests(countMax: number): boolean;
}

export class ConnectionTurns {
  readonly #nowMs: () => number;
  /** The connections that wait for the next turn, in the order in which they are served. */
  readonly #waiting = new Set<TurnTaker>();
  #isTurnDue = false;
  #endMs = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Serves a connection now, or in a later turn; returns false when it has to wait. */
  serve(connection: TurnTaker): boolean {
    if (!this.#isTurnDue) this.#beginTurn();
    if (this.#waiting.size > 0 || this.#nowMs() >= this.#endMs) {
      this.#waiting.add(connection);
      return false;
    }
    if (connection.takeRequests(requestsPerSlice)) this.#waiting.add(connection);
    return true;
  }

  /** What is not served before the end of this turn continues in the next one. */
  #beginTurn(): void {
    this.#endMs = this.#nowMs() + turnMsMax;
    this.#isTurnDue = true;
    setImmediate(() => this.#takeTurn());
  }

  /** Goes round the connections; one that has more requests comes again after all others. */
  #takeTurn(): void {
    this.#isTurnDue = false;
    if (this.#waiting.size === 0) return;
    this.#beginTurn();
    for (const connection of this.#waiting) {
      this.#waiting.delete(connection);
      if (connection.takeRequests(requestsPerSlice)) this.#waiting.add(connection);
      if (this.#nowMs() >= this.#endMs) break;
    }
  }
}
