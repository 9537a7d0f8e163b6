/** The deadlines of keys in the order in which they expire. store.ts keeps the keys themselves. */

import type { ByteString } from '../base/index.js';

export interface Deadline {
  readonly key: ByteString;
  /** The time at which the key expires, in ms of log time. */
  readonly atMs: number;
  /** The position in the heap. */
  position: number;
}

/**
 * A binary heap that knows the position of each deadline, so that one can be removed at once. Of
 * two keys with the same deadline the lower one expires first. Thus keys expire in the same order
 * at every node, also at one that was restored from a snapshot.
 */
export class Deadlines {
  readonly #heap: Deadline[] = [];

  get size(): number {
    return this.#heap.length;
  }

  get first(): Deadline | undefined {
    return this.#heap[0];
  }

  add(key: ByteString, atMs: number): Deadline {
    const deadline = { key, atMs, position: this.#heap.length };
    this.#heap.push(deadline);
    this.#siftUp(deadline);
    return deadline;
  }

  remove(deadline: Deadline): void {
    const last = this.#heap.pop() as Deadline;
    if (last === deadline) return;
    this.#place(last, deadline.position);
    this.#siftUp(last);
    this.#siftDown(last);
  }

  /** Returns how many deadlines have passed. The cost depends on that number, not on the size. */
  countPassed(nowMs: number): number {
    const positions = [0];
    let count = 0;
    for (const position of positions) {
      const deadline = this.#heap[position];
      if (!deadline || deadline.atMs > nowMs) continue;
      count += 1;
      positions.push(2 * position + 1, 2 * position + 2);
    }
    return count;
  }

  #place(deadline: Deadline, position: number): void {
    this.#heap[position] = deadline;
    deadline.position = position;
  }

  #siftUp(deadline: Deadline): void {
    while (deadline.position > 0) {
      const { position } = deadline;
      const parent = this.#heap[(position - 1) >> 1] as Deadline;
      if (!isBefore(deadline, parent)) return;
      this.#place(deadline, parent.position);
      this.#place(parent, position);
    }
  }

  #siftDown(deadline: Deadline): void {
    for (let child = this.#firstChild(deadline); child; child = this.#firstChild(deadline)) {
      if (!isBefore(child, deadline)) return;
      const { position } = child;
      this.#place(child, deadline.position);
      this.#place(deadline, position);
    }
  }

  #firstChild({ position }: Deadline): Deadline | undefined {
    const left = this.#heap[2 * position + 1];
    const right = this.#heap[2 * position + 2];
    return left && right && isBefore(right, left) ? right : left;
  }
}

function isBefore(a: Deadline, b: Deadline): boolean {
  return a.atMs !== b.atMs ? a.atMs < b.atMs : a.key < b.key;
}
