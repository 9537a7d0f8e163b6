/**
 * A client that inserts batches of entries, each in one pipeline, and finds the leader by itself.
 * Unlike requester.ts it records nothing, and resends until every entry is acknowledged.
 */

import { LetoError } from '../base/index.js';
import type { Address } from '../control/index.js';
import { ClientConnection, type RespReply } from './client-connection.js';
import { isTransient, parseLeaderAddress } from './requests.js';
import { sleep } from './sleep.js';
import type { StressEntry } from './stress-entries.js';

/** A node that has no quorum replies UNCERTAIN within 5 s. */
const replyTimeoutMs = 10_000;
/** The time limit for a batch; a cluster that recovers needs less. */
const batchMsMax = 60_000;
const retryMs = 20;

export class Inserter {
  /** The number of entries that were sent again. */
  resent = 0;
  readonly #nodes: readonly Address[];
  readonly #signal: AbortSignal;
  #address: Address;
  #nextNodeIndex = 0;
  #connection: ClientConnection | null = null;
  #lastRefusal = 'no node can be reached';

  /** Starts with the first of the nodes. */
  constructor(nodes: readonly Address[], signal: AbortSignal) {
    this.#nodes = nodes;
    this.#signal = signal;
    this.#address = this.#nextNode();
  }

  /**
   * Resolves when every entry is acknowledged. Entries with an unknown outcome are sent again,
   * which is safe because each has its own key. Rejects with the signal's reason when that aborts.
   * @throws {LetoError} LETO_TIMED_OUT after 60 s, or LETO_NODE_STATE for a permanent refusal
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

  /** Sends the batch once, and resolves with the entries that were not acknowledged. */
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

  /** Switches to the leader if it is known, and otherwise to the next node, after a pause. */
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
    throw new LetoError(
      'LETO_NODE_STATE',
      'no node of the cluster serves clients; restart the nodes',
    );
  }

  #batchTimeoutError(): LetoError {
    const message = `a batch was not acknowledged within ${batchMsMax / 1000} s: ${this.#lastRefusal}`;
    return new LetoError('LETO_TIMED_OUT', message);
  }
}

/** @throws {LetoError} LETO_NODE_STATE for a permanent refusal */
function isAcknowledged(reply: RespReply | undefined): boolean {
  if (reply?.type !== 'error') return true;
  if (isTransient(reply.text)) return false;
  throw new LetoError('LETO_NODE_STATE', `a SET was refused: ${reply.text}`);
}
