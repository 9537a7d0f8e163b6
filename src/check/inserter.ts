import { LetoError } from '../base/index.js';
import type { Address } from '../control/index.js';
import { ClientConnection, type RespReply } from './client-connection.js';
import { isTransient, parseLeaderAddress } from './requests.js';
import { sleep } from './sleep.js';
import type { StressEntry } from './stress-entries.js';

/** A node says within 5 s that it can't tell. */
const replyTimeoutMs = 10_000;
/** No batch takes so long on a cluster that recovers. */
const batchMsMax = 60_000;
const retryMs = 20;

/** A client that inserts batches, each in one pipeline, on whichever node leads. */
export class Inserter {
  /** Entries that had to be sent once more. */
  resent = 0;
  readonly #nodes: readonly Address[];
  readonly #signal: AbortSignal;
  #address: Address;
  #nextNodeIndex = 0;
  #connection: ClientConnection | null = null;
  #lastRefusal = 'no node can be reached';

  /** The first of the nodes is asked first. */
  constructor(nodes: readonly Address[], signal: AbortSignal) {
    this.#nodes = nodes;
    this.#signal = signal;
    this.#address = this.#nextNode();
  }

  /**
   * Resolves when each of them is acknowledged. What nobody knows the fate of is sent again, which
   * does no harm: each has a key of its own.
   * @throws {LetoError} LETO_TIMED_OUT, or LETO_NODE_STATE where they are refused for good
   */
  async insert(batch: readonly StressEntry[]): Promise<void> {
    const deadlineMs = performance.now() + batchMsMax;
    let missing = await this.#attempt(batch);
    while (missing.length > 0) {
      this.#signal.throwIfAborted();
      if (performance.now() > deadlineMs) throw this.#batchTimeoutError();
      this.resent += missing.length;
      missing = await this.#attempt(missing);
    }
  }

  close(): void {
    this.#connection?.close();
  }

  /** Returns what was not acknowledged. */
  async #attempt(batch: readonly StressEntry[]): Promise<readonly StressEntry[]> {
    let replies: readonly RespReply[];
    try {
      this.#connection ??= await ClientConnection.open(this.#address, replyTimeoutMs);
      replies = await this.#connection.askAll(batch.map(({ key, value }) => ['SET', key, value]));
    } catch (error) {
      await this.#switchTo(null, (error as Error).message);
      return batch;
    }
    const missing = batch.filter((_, at) => !isAcknowledged(replies[at]));
    const refusal = replies.find((reply) => reply.type === 'error');
    if (refusal) await this.#switchTo(parseLeaderAddress(refusal.text), refusal.text);
    return missing;
  }

  /** To the leader where it is known, which may be at once; otherwise to the next node, in a while. */
  async #switchTo(leader: Address | null, refusal: string): Promise<void> {
    this.#lastRefusal = refusal;
    this.#connection?.close();
    this.#connection = null;
    this.#address = leader ?? this.#nextNode();
    await sleep(retryMs, this.#signal);
  }

  #nextNode(): Address {
    const node = this.#nodes[this.#nextNodeIndex % this.#nodes.length];
    this.#nextNodeIndex += 1;
    if (node) return node;
    throw new LetoError('LETO_NODE_STATE', 'no node of the cluster serves clients; restart them');
  }

  #batchTimeoutError(): LetoError {
    const message = `a batch was not accepted in ${batchMsMax / 1000} s: ${this.#lastRefusal}`;
    return new LetoError('LETO_TIMED_OUT', message);
  }
}

/** @throws {LetoError} LETO_NODE_STATE for an error that does not pass by itself */
function isAcknowledged(reply: RespReply | undefined): boolean {
  if (reply?.type !== 'error') return true;
  if (isTransient(reply.text)) return false;
  throw new LetoError('LETO_NODE_STATE', `a SET was refused: ${reply.text}`);
}
