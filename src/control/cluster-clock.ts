/**
 * The one clock of a cluster, in memory that all its threads share: it runs at a multiple of real
 * time, never goes back, and stops at speed 0. A change holds for all nodes at the same instant, so
 * no node can act on an earlier speed. Only the supervisor's thread may change the clock, since a
 * node's thread may be killed in the middle of a change. Each `leto` process has a clock of its own,
 * which always runs at speed 1.
 */

/** The memory of a clock. It can be posted to other threads. */
export type ClockMemory = SharedArrayBuffer;

/** The positions of the numbers in the memory, which are 64 bits each. */
const versionAt = 0;
const changesAt = 1;
const speedAt = 2;
const realAt = 3;
const virtualAt = 4;
const numberCount = 5;

interface ClockState {
  readonly speed: number;
  /** When the speed last changed, in real ms. */
  readonly realMs: number;
  /** The virtual time at that moment. */
  readonly virtualMs: number;
}

/** Counts virtual milliseconds from 0; `speed` is the number of them in a real millisecond. */
export class ClusterClock {
  readonly memory: ClockMemory;
  readonly #words: BigInt64Array;
  readonly #realNowMs: () => number;
  /** Turns a number into its 64 bits and back. */
  readonly #float = new Float64Array(1);
  readonly #bits = new BigInt64Array(this.#float.buffer);
  #latestMs = 0;

  /** @param realNowMs A clock in ms that all threads share, and that never goes back. */
  constructor(memory: ClockMemory, realNowMs: () => number) {
    this.memory = memory;
    this.#words = new BigInt64Array(memory);
    this.#realNowMs = realNowMs;
  }

  /** Creates a clock in new memory. */
  static create(speed: number, realNowMs: () => number): ClusterClock {
    const memory = new SharedArrayBuffer(numberCount * BigInt64Array.BYTES_PER_ELEMENT);
    const clock = new ClusterClock(memory, realNowMs);
    clock.#change(() => ({ speed, realMs: realNowMs(), virtualMs: 0 }));
    return clock;
  }

  /** It never falls, although threads see the same real time differently by some microseconds. */
  get nowMs(): number {
    const nowMs = virtualMsOf(this.#read(), this.#realNowMs());
    this.#latestMs = Math.max(this.#latestMs, nowMs);
    return this.#latestMs;
  }

  get isStopped(): boolean {
    return this.speed === 0;
  }

  get speed(): number {
    return this.#read().speed;
  }

  /**
   * How often the time of the cluster was disturbed: by another speed, a step, a pause or an
   * alignment. What a node concluded from its clock before the latest of these is void (6.4.1).
   */
  get changeCount(): number {
    return Number(Atomics.load(this.#words, changesAt));
  }

  /** Changes the speed from now on; the time so far does not change. */
  setSpeed(speed: number): void {
    this.#change((state) => {
      const realMs = this.#realNowMs();
      return { speed, realMs, virtualMs: virtualMsOf(state, realMs) };
    });
  }

  /** Moves a stopped clock to exactly `ms`, so that rounding cannot miss a timer due then. */
  advanceTo(ms: number): void {
    this.#change((state) => ({ ...state, virtualMs: Math.max(ms, state.virtualMs) }));
  }

  /** Counts a disturbance that leaves the clock as it is: a pause, or timers that are forced. */
  countChange(): void {
    this.#change((state) => state);
  }

  #change(next: (state: ClockState) => ClockState): void {
    const version = Atomics.load(this.#words, versionAt);
    // Readers wait while the version is odd.
    Atomics.store(this.#words, versionAt, version + 1n);
    const { speed, realMs, virtualMs } = next(this.#load());
    this.#store(speedAt, speed);
    this.#store(realAt, realMs);
    this.#store(virtualAt, virtualMs);
    Atomics.add(this.#words, changesAt, 1n);
    Atomics.store(this.#words, versionAt, version + 2n);
  }

  /** Reads again when a change came in between. */
  #read(): ClockState {
    for (;;) {
      const before = Atomics.load(this.#words, versionAt);
      const state = this.#load();
      const isWhole = before % 2n === 0n && Atomics.load(this.#words, versionAt) === before;
      if (isWhole) return state;
    }
  }

  #load(): ClockState {
    return {
      speed: this.#get(speedAt),
      realMs: this.#get(realAt),
      virtualMs: this.#get(virtualAt),
    };
  }

  #get(at: number): number {
    this.#bits[0] = Atomics.load(this.#words, at);
    return this.#float[0] ?? 0;
  }

  #store(at: number, value: number): void {
    this.#float[0] = value;
    Atomics.store(this.#words, at, this.#bits[0] ?? 0n);
  }
}

function virtualMsOf({ speed, realMs, virtualMs }: ClockState, realNowMs: number): number {
  return virtualMs + Math.max(0, realNowMs - realMs) * speed;
}
