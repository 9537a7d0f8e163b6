/**
 * Reports what a node sends while the cluster is observed; costs nothing otherwise. Shows samples
 * and rates, where LinkCounts keeps exact totals.
 */

import { performance } from 'node:perf_hooks';
import type { TrafficReport } from '../../control/index.js';
import type { Message, NodeId } from '../../raft/index.js';
import { toMessageNote } from './message-note.js';

const reportIntervalMs = 100;
/** How many messages one report shows; the others are only counted. */
export const notesReportedMax = 32;
/** How many reports one count covers, so that the rate of heartbeats does not flicker. */
const countedReportsMax = 10;

interface Sent {
  readonly message: Message;
  readonly isLost: boolean;
}

/** The messages to each peer between `sinceMs` and the start of the next count. */
interface Count {
  readonly sinceMs: number;
  readonly byPeer: Map<NodeId, number>;
}

export class Traffic {
  readonly #post: (report: TrafficReport) => void;
  #timer: NodeJS.Timeout | null = null;
  #latest: Sent[] = [];
  #counts: Count[] = [];
  #isIdle = true;

  constructor(post: (report: TrafficReport) => void) {
    this.#post = post;
  }

  watch(isWatched: boolean): void {
    if (isWatched === (this.#timer !== null)) return;
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = isWatched ? setInterval(() => this.#report(), reportIntervalMs) : null;
    this.#latest = [];
    this.#counts = [newCount()];
    this.#isIdle = true;
  }

  /** Records a message that was sent, or lost by a link fault. */
  note(message: Message, isLost: boolean): void {
    if (!this.#timer) return;
    this.#latest.push({ message, isLost });
    if (this.#latest.length >= 2 * notesReportedMax)
      this.#latest = this.#latest.slice(-notesReportedMax);
    const byPeer = this.#counts.at(-1)?.byPeer;
    byPeer?.set(message.to, (byPeer.get(message.to) ?? 0) + 1);
  }

  /** Sends one empty report when the node stops sending, and none after it. */
  #report(): void {
    const [first] = this.#counts;
    const overMs = performance.now() - (first?.sinceMs ?? 0);
    const sent = this.#sent();
    const wasIdle = this.#isIdle;
    this.#isIdle = sent.length === 0;
    if (this.#counts.push(newCount()) > countedReportsMax) this.#counts.shift();
    if (wasIdle && this.#isIdle) return;
    const latest = this.#latest.slice(-notesReportedMax);
    this.#latest = [];
    const notes = latest.map(({ message, isLost }) => toMessageNote(message, isLost));
    this.#post({ notes, sent, overMs });
  }

  #sent(): TrafficReport['sent'] {
    const all = new Map<NodeId, number>();
    for (const { byPeer } of this.#counts) {
      for (const [to, count] of byPeer) all.set(to, (all.get(to) ?? 0) + count);
    }
    return [...all].map(([to, count]) => ({ to, count }));
  }
}

function newCount(): Count {
  return { sinceMs: performance.now(), byPeer: new Map() };
}
