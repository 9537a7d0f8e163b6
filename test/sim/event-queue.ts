/** The events of a simulation in virtual time. */

import type { ChunkRequest, Message } from '../../src/raft/index.js';
import type { SimNode } from './node.js';

/** The kinds of events. */
export type EventKind =
  | 'message'
  | 'tick'
  | 'wake'
  | 'written'
  | 'chunk'
  | 'peerLost'
  | 'restart'
  | 'crash'
  | 'client'
  | 'echo'
  | 'operator'
  | 'fault'
  | 'trap';

/** An event. All kinds share one shape to keep the queue fast; unused fields are null. */
export interface Scheduled {
  readonly atMs: number;
  /** The order of events at the same time. */
  readonly sequence: number;
  readonly kind: EventKind;
  readonly node: SimNode | null;
  /** The life of `node` to which it belongs, or the number of the write, the client or the peer. */
  readonly detail: number;
  readonly message: Message | null;
  readonly chunkRequest: ChunkRequest | null;
}

/** A binary heap. The earliest event comes first; of equal ones, the one that was added first. */
export class EventQueue {
  readonly #heap: Scheduled[] = [];
  #sequence = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** The sequence number of the event that was added last. */
  get sequence(): number {
    return this.#sequence;
  }

  add(
    atMs: number,
    kind: EventKind,
    node: SimNode | null,
    detail = 0,
    message: Message | null = null,
    chunkRequest: ChunkRequest | null = null,
  ): void {
    this.#sequence += 1;
    this.#siftUp({ atMs, sequence: this.#sequence, kind, node, detail, message, chunkRequest });
  }

  take(): Scheduled | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.#siftDown(last);
    return first;
  }

  #siftUp(event: Scheduled): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Scheduled;
      if (!isBefore(event, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = event;
  }

  #siftDown(event: Scheduled): void {
    const heap = this.#heap;
    const half = heap.length >> 1;
    let at = 0;
    while (at < half) {
      let child = 2 * at + 1;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, heap[child] as Scheduled)) child += 1;
      const below = heap[child] as Scheduled;
      if (!isBefore(below, event)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = event;
  }
}

function isBefore(a: Scheduled, b: Scheduled): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence);
}
