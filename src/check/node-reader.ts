import { setTimeout as wait } from 'node:timers/promises';
import { type ByteString, LetoError } from '../base/index.js';
import type { Address } from '../control/index.js';
import { ClientConnection, type RespReply } from './client-connection.js';
import type { LoggedEntry, NodeLogSlice } from './compare-logs.js';
import type { RaftStatus } from './compare-raft-statuses.js';
import { isTransient } from './requests.js';

/** A node gives up on what it can't answer after 5 s, and says so. */
const replyTimeoutMs = 10_000;
/** So long a node is asked again that has no answer now. */
const answerMsMax = 30_000;
const retryMs = 50;

/** Asks one node what it holds, until it can answer. */
export class NodeReader {
  readonly node: string;
  readonly #address: Address;
  readonly #signal: AbortSignal;
  #connection: ClientConnection | null = null;

  constructor(node: string, address: Address, signal: AbortSignal) {
    this.node = node;
    this.#address = address;
    this.#signal = signal;
  }

  async raftStatus(): Promise<RaftStatus> {
    return toRaftStatus(await this.#ask(['RAFT', 'STATUS']));
  }

  /** What it keeps of entries `from` to `to`; in one answer there are at most 1000. */
  async logSlice(from: number, to: number): Promise<NodeLogSlice> {
    const entries = await this.#ask(['RAFT', 'LOG', String(from), String(to)]);
    // Asked afterwards, so that entries which a new snapshot took away are known as such.
    const { snapshotIndex } = await this.raftStatus();
    return { node: this.node, snapshotIndex, entries: itemsOf(entries).map(toLoggedEntry) };
  }

  /** By a linearizable read, null for each key that is missing. */
  async values(keys: readonly ByteString[]): Promise<(ByteString | null)[]> {
    const values = itemsOf(await this.#ask(['MGET', ...keys]));
    return values.map((value) => (value.type === 'bulk' ? value.bytes : null));
  }

  async value(key: ByteString): Promise<ByteString | null> {
    const value = await this.#ask(['GET', key]);
    return value.type === 'bulk' ? value.bytes : null;
  }

  async size(): Promise<number> {
    return numberOf(await this.#ask(['DBSIZE']));
  }

  close(): void {
    this.#connection?.close();
  }

  /** @throws {LetoError} LETO_TIMED_OUT, or LETO_NODE_STATE where it refuses for good */
  async #ask(command: readonly ByteString[]): Promise<RespReply> {
    const deadlineMs = performance.now() + answerMsMax;
    for (;;) {
      this.#signal.throwIfAborted();
      const { reply, failure } = await this.#attempt(command);
      if (reply !== null) return reply;
      if (performance.now() > deadlineMs) {
        const message = `${this.node} did not answer ${command[0]} in ${answerMsMax / 1000} s: ${failure}`;
        throw new LetoError('LETO_TIMED_OUT', message);
      }
      await wait(retryMs);
    }
  }

  async #attempt(command: readonly ByteString[]): Promise<Attempt> {
    let reply: RespReply;
    try {
      if (!this.#connection?.isOpen) {
        this.#connection = await ClientConnection.open(this.#address, replyTimeoutMs);
      }
      reply = await this.#connection.ask(command);
    } catch (error) {
      return { reply: null, failure: (error as Error).message };
    }
    if (reply.type !== 'error') return { reply, failure: '' };
    if (isTransient(reply.text)) return { reply: null, failure: reply.text };
    const message = `${this.node} answers ${command[0]} with "${reply.text}"`;
    throw new LetoError('LETO_NODE_STATE', message);
  }
}

interface Attempt {
  readonly reply: RespReply | null;
  /** Why there is none yet. */
  readonly failure: string;
}

function toRaftStatus(reply: RespReply): RaftStatus {
  const items = itemsOf(reply);
  const field = (name: string): RespReply => {
    const at = items.findIndex((item, place) => place % 2 === 0 && textOf(item) === name);
    return items[at + 1] ?? reply;
  };
  return {
    node: textOf(field('id')),
    term: numberOf(field('term')),
    lastLogIndex: numberOf(field('lastLogIndex')),
    lastLogTerm: numberOf(field('lastLogTerm')),
    commitIndex: numberOf(field('commitIndex')),
    lastApplied: numberOf(field('lastApplied')),
    snapshotIndex: numberOf(field('snapshotIndex')),
    voters: itemsOf(field('voters')).map(textOf),
  };
}

function toLoggedEntry(reply: RespReply): LoggedEntry {
  const [index, term, command] = itemsOf(reply);
  return { index: numberOf(index), term: numberOf(term), command: textOf(command) };
}

function itemsOf(reply: RespReply): readonly RespReply[] {
  if (reply.type === 'array') return reply.items;
  throw unexpectedReplyError(reply);
}

function numberOf(reply: RespReply | undefined): number {
  if (reply?.type === 'integer') return Number(reply.value);
  throw unexpectedReplyError(reply);
}

function textOf(reply: RespReply | undefined): string {
  if (reply?.type === 'bulk') return reply.bytes;
  throw unexpectedReplyError(reply);
}

function unexpectedReplyError(reply: RespReply | undefined): LetoError {
  const message = `a node answers in another form (${reply?.type ?? 'nothing'}): it is of another version`;
  return new LetoError('LETO_NODE_STATE', message);
}
