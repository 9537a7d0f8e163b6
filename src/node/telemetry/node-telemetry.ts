/**
 * Everything that a node reports about itself: its state and events to the supervisor, its messages
 * to the observers of the cluster, and connections to its log. Nothing in the node depends on it.
 */

import { performance } from 'node:perf_hooks';
import type { FromNode, MessageCounts, NodeEvent, NodeReport } from '../../control/index.js';
import type { Message, NodeId } from '../../raft/index.js';
import type { NodeActivity, NodeObserver } from '../../server/index.js';
import type { Transport } from '../../transport/index.js';
import { LinkCounts } from './link-counts.js';
import { Reporter } from './reporter.js';
import { SyncTimes } from './sync-times.js';
import { Traffic } from './traffic.js';

export class NodeTelemetry {
  readonly #reporter: Reporter;
  readonly #traffic: Traffic;
  readonly #observer: NodeObserver | undefined;
  readonly #linkCounts = new LinkCounts();
  readonly #syncTimes = new SyncTimes();

  /** `takeReport` returns the present state of the node. */
  constructor(
    post: (message: FromNode) => void,
    takeReport: () => NodeReport,
    observer: NodeObserver | undefined,
  ) {
    this.#reporter = new Reporter(post, takeReport, sharedNowMs);
    this.#traffic = new Traffic((report) => post({ type: 'traffic', report }));
    this.#observer = observer;
  }

  get observer(): NodeObserver | undefined {
    return this.#observer;
  }

  /** The 99th percentile of recent sync times, in real milliseconds; null before a write. */
  get syncMsP99(): number | null {
    return this.#syncTimes.p99Ms;
  }

  /** The number of messages in this life, by peer. */
  get counts(): { readonly sent: MessageCounts; readonly received: MessageCounts } {
    return this.#linkCounts;
  }

  start(): void {
    this.#reporter.start();
  }

  stop(): void {
    this.#reporter.stop();
    this.#traffic.watch(false);
  }

  /** Turns the reporting of messages and election timers on or off. */
  watch(isWatched: boolean): void {
    this.#traffic.watch(isWatched);
    this.#reporter.isWatched = isWatched;
  }

  reportEvents(events: readonly NodeEvent[]): void {
    this.#reporter.reportEvents(events);
  }

  warn(reason: string): void {
    this.#reporter.reportEvents([{ type: 'warned', reason }]);
  }

  observe(activity: NodeActivity): void {
    this.#observer?.observe(activity);
  }

  /** Returns `transport` wrapped so that every message it is asked to send is counted. */
  counted(transport: Transport): Transport {
    return this.#linkCounts.counted(transport);
  }

  messageReceived(message: Message): void {
    this.#linkCounts.countReceived(message);
  }

  /** Records a message that was sent, or lost by a link fault. */
  messageSent(message: Message, isLost: boolean): void {
    this.#traffic.note(message, isLost);
  }

  /** Returns `onSynced` wrapped so that it also measures the time from now until it is called. */
  timedSync(onSynced: () => void): () => void {
    const startMs = performance.now();
    return () => {
      this.#syncTimes.add(performance.now() - startMs);
      onSynced();
    };
  }

  peerConnected(peer: NodeId): void {
    this.observe({ type: 'peerConnected', peer });
  }

  peerLost(peer: NodeId): void {
    this.observe({ type: 'peerLost', peer });
  }
}

/** Returns real milliseconds on a clock that all threads of the process share. */
function sharedNowMs(): number {
  return performance.timeOrigin + performance.now();
}
