/**
 * Simulates faults of the links from this node in front of any transport: lost and delayed
 * messages. The opposite direction of a link is up to the transport of the peer.
 */

import type { Prng } from '../base/index.js';
import type { LinkFault } from '../control/index.js';
import type { Message, NodeId } from '../raft/index.js';
import type { Transport } from './transport.js';

/** Called once for each message: when it is sent on, or when a fault loses it. */
type MessageListener = (message: Message, isLost: boolean) => void;

interface Clock {
  /** Virtual milliseconds. */
  readonly nowMs: number;
  /** True while time is stopped: nothing becomes due by itself, whatever the clock shows. */
  readonly isStopped: boolean;
}

interface DelayedMessage {
  readonly message: Message;
  readonly dueMs: number;
}

/** The largest number of delayed messages; more are lost, as on any network. */
export const delayedMessagesMax = 10_000;
/** The largest size of entries and snapshots in delayed messages; messages beyond it are lost. */
export const delayedBytesMax = 128 * 1024 * 1024;
/** The longest real time between two looks at the virtual clock, whose speed may change. */
const pollMsMax = 10;

/** Passes messages on to another transport, with the faults that are set. */
export class FaultyTransport implements Transport {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #prng: Prng;
  readonly #listener: MessageListener;
  #faults: ReadonlyMap<NodeId, LinkFault> = new Map();
  /** The delayed messages, sorted by the time at which they are due. */
  #delayed: DelayedMessage[] = [];
  #delayedBytes = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    transport: Transport,
    clock: Clock,
    prng: Prng,
    listener: MessageListener = () => {},
  ) {
    this.#transport = transport;
    this.#clock = clock;
    this.#prng = prng;
    this.#listener = listener;
  }

  /** Replaces all faults. Messages that are delayed already stay delayed. */
  setFaults(faults: ReadonlyMap<NodeId, LinkFault>): void {
    this.#faults = faults;
  }

  isCut(peer: NodeId): boolean {
    return this.#faults.get(peer)?.cut ?? false;
  }

  /** The time at which the next delayed message is due, in virtual ms; infinity without one. */
  get nextDueMs(): number {
    return this.#delayed[0]?.dueMs ?? Number.POSITIVE_INFINITY;
  }

  /** Delivers the next delayed message, whether it is due or not. */
  deliverNext(): void {
    this.#deliver(1);
  }

  send(messages: readonly Message[]): void {
    const passing =
      this.#faults.size === 0
        ? messages
        : messages.filter((message) => this.#passesAtOnce(message));
    this.#forward(passing);
  }

  #forward(messages: readonly Message[]): void {
    for (const message of messages) this.#listener(message, false);
    this.#transport.send(messages);
  }

  async close(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#delayed = [];
    await this.#transport.close();
  }

  /** Returns false when the message is lost or delayed. */
  #passesAtOnce(message: Message): boolean {
    const fault = this.#faults.get(message.to);
    if (!fault) return true;
    if (fault.cut || this.#prng.chance(fault.drop)) return this.#drop(message);
    const delayMs = fault.delayMs + this.#prng.next() * fault.jitterMs;
    if (delayMs === 0) return true;
    this.#delay({ message, dueMs: this.#clock.nowMs + delayMs });
    return false;
  }

  #drop(message: Message): false {
    this.#listener(message, true);
    return false;
  }

  #delay(delayed: DelayedMessage): void {
    const bytes = this.#delayedBytes + payloadBytesOf(delayed.message);
    if (this.#delayed.length >= delayedMessagesMax || bytes > delayedBytesMax) {
      this.#drop(delayed.message);
      return;
    }
    this.#delayedBytes = bytes;
    const before = this.#delayed.findLastIndex(({ dueMs }) => dueMs <= delayed.dueMs);
    this.#delayed.splice(before + 1, 0, delayed);
    if (this.#delayed[0] === delayed) this.#restartTimer();
  }

  #restartTimer(): void {
    if (this.#timer) clearTimeout(this.#timer);
    const [first] = this.#delayed;
    const { nowMs, isStopped } = this.#clock;
    const leftMs = first && !isStopped ? first.dueMs - nowMs : pollMsMax;
    this.#timer = first ? setTimeout(() => this.#deliverDue(), Math.min(leftMs, pollMsMax)) : null;
  }

  #deliverDue(): void {
    const { nowMs, isStopped } = this.#clock;
    const isDue = ({ dueMs }: DelayedMessage) => !isStopped && dueMs <= nowMs;
    this.#deliver(this.#delayed.findLastIndex(isDue) + 1);
  }

  /** Delivers the first `count` delayed messages, except those whose link has been cut since. */
  #deliver(count: number): void {
    const due = this.#delayed.splice(0, count).map(({ message }) => message);
    for (const message of due) this.#delayedBytes -= payloadBytesOf(message);
    this.#forward(due.filter((message) => !this.isCut(message.to) || this.#drop(message)));
    this.#restartTimer();
  }
}

/** Returns the size of the entries or the snapshot chunk in a message, in bytes. */
export function payloadBytesOf(message: Message): number {
  if (message.type === 'InstallSnapshot') return message.chunk.data.length;
  if (message.type !== 'AppendEntries') return 0;
  return message.entries.reduce((sum, { data }) => sum + data.length, 0);
}
