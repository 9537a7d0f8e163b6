/**
 * Reads the state, the log and the keys of one node, and retries until the node can answer.
 * verify.ts compares what the readers of all nodes return.
 */

import { setTimeout as wait } from 'node:timers/promises';
import { type ByteString, LetoError } from '../base/index.js';
import type { Address } from '../control/index.js';
import { ClientConnection, type RespReply } from './client-connection.js';
import type { LoggedEntry, NodeLogSlice } from './compare-logs.js';
import type { RaftStatus } from './compare-raft-statuses.js';
import { isTransient } from './requests.js';

/** A node replies with an error within 5 s when it cannot answer. */
const replyTimeoutMs = 10_000;
/** How long a question is repeated while the node cannot answer it. */
const answerMsMax = 30_000;
const retryMs = 50;

/** Every read rejects with LETO_TIMED_OUT after 30 s, or LETO_NODE_STATE when refused for good. */
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

  /** Resolves with the entries `from` to `to` of the node's log; RAFT LOG returns at most 1000. */
  async logSlice(from: number, to: number): Promise<NodeLogSlice> {
    const entries = await this.#ask(['RAFT', 'LOG', String(from), String(to)]);
    // Asked after the log, so that entries removed by a new snapshot do not count as missing.
    const { snapshotIndex } = await this.raftStatus();
    return { node: this.node, snapshotIndex, entries: itemsOf(entries).map(toLoggedEntry) };
  }

  /** Resolves with the values of the keys by a linearizable read; null for a missing key. */
  async values(keys: readonly ByteString[]): Promise<(ByteString | null)[]> {
    const values = itemsOf(await this.#ask(['MGET', ...keys]));
    return values.map((value) => (value.type === 'bulk' ? value.bytes : null));
  }

  /** Resolves with the value of a key by a linearizable read; null when it is missing. */
  async value(key: ByteString): Promise<ByteString | null> {
    const value = await this.#ask(['GET', key]);
    return value.type === 'bulk' ? value.bytes : null;
  }

  /** Resolves with the number of keys. */
  async size(): Promise<number> {
    return numberOf(await this.#ask(['DBSIZE']));
  }

  close(): void {
    this.#connection?.close();
  }

  /** @throws {LetoError} LETO_TIMED_OUT, or LETO_NODE_STATE for a permanent refusal */
  async #ask(command: readonly ByteString[]): Promise<RespReply> {
    const deadlineMs = performance.now() + answerMsMax;
    for (;;) {
      this.#signal.throwIfAborted();
      const { reply, failure } = await this.#attempt(command);
      if (reply !== null) return reply;
      if (performance.now() > deadlineMs) {
        const message = `${this.node} did not answer ${command[0]} within ${answerMsMax / 1000} s: ${failure}`;
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
    const message = `${this.node} replied to ${command[0]} with "${reply.text}"`;
    throw new LetoError('LETO_NODE_STATE', message);
  }
}

interface Attempt {
  readonly reply: RespReply | null;
  /** Why there is no reply yet; empty when there is one. */
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
  const message = `a node replied in an unexpected form (${reply?.type ?? 'nothing'}): it runs another version`;
  return new LetoError('LETO_NODE_STATE', message);
}
