import type { Prng } from '../base/index.js';
import type { LinkFault } from '../control/index.js';
import type { Message, NodeId } from '../raft/index.js';
import type { Transport } from './transport.js';

/** Who is told of each message that leaves, or that a fault has taken. */
type MessageListener = (message: Message, isLost: boolean) => void;

interface Clock {
  /** Virtual milliseconds. */
  readonly nowMs: number;
  /** Then nothing is due by itself, whatever the clock shows. */
  readonly isStopped: boolean;
}

interface DelayedMessage {
  readonly message: Message;
  readonly dueMs: number;
}

/** Messages on slow links at once; more are lost, as on any network. */
export const delayedMessagesMax = 10_000;
/** Bytes of entries and snapshots on slow links at once; what would be more is lost. */
export const delayedBytesMax = 128 * 1024 * 1024;
/** Virtual time may run at any speed: it is looked at so often, in real time. */
const pollMsMax = 10;

/**
 * Links that lose and delay what this node sends, in front of any transport. What comes the other
 * way is the peer's to lose.
 */
export class FaultyTransport implements Transport {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #prng: Prng;
  readonly #listener: MessageListener;
  #faults: ReadonlyMap<NodeId, LinkFault> = new Map();
  /** By when they are due. */
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

  /** All that is wrong from now on; what is delayed already stays so. */
  setFaults(faults: ReadonlyMap<NodeId, LinkFault>): void {
    this.#faults = faults;
  }

  isCut(peer: NodeId): boolean {
    return this.#faults.get(peer)?.cut ?? false;
  }

  /** When the next message on a slow link is due, in virtual milliseconds. */
  get nextDueMs(): number {
    return this.#delayed[0]?.dueMs ?? Number.POSITIVE_INFINITY;
  }

  /** The next message on a slow link is through. */
  deliverNext(): void {
    this.#deliver(1);
  }

  send(messages: readonly Message[]): void {
    const passing =
      this.#faults.size === 0
        ? messages
        : messages.filter((message) => this.#passesAtOnce(message));
    this.#sendOn(passing);
  }

  #sendOn(messages: readonly Message[]): void {
    for (const message of messages) this.#listener(message, false);
    this.#transport.send(messages);
  }

  async close(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#delayed = [];
    await this.#transport.close();
  }

  /** False where it is lost, or comes later. */
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

  /** A link that has been cut meanwhile has lost what was on its way. */
  #deliver(count: number): void {
    const due = this.#delayed.splice(0, count).map(({ message }) => message);
    for (const message of due) this.#delayedBytes -= payloadBytesOf(message);
    this.#sendOn(due.filter((message) => !this.isCut(message.to) || this.#drop(message)));
    this.#restartTimer();
  }
}

/** Bytes of entries and snapshots that a message holds on to. */
export function payloadBytesOf(message: Message): number {
  if (message.type === 'InstallSnapshot') return message.chunk.data.length;
  if (message.type !== 'AppendEntries') return 0;
  return message.entries.reduce((sum, { data }) => sum + data.length, 0);
}
