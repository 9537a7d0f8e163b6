/** Checks that queues, windows, writes and waiting times stay within their limits. */

import {
  type Entry,
  entryBytes,
  type LogIndex,
  type Message,
  type NodeId,
  type RaftState,
  type SnapshotChunk,
} from '../../../src/raft/index.js';
import type { Effects, ReplicaOptions } from '../../../src/replica/index.js';
import type { SimNode } from '../node.js';
import type { Operation } from '../operation.js';
import { violate } from '../violation.js';
import { isWithinBytes } from './durability.js';

type Limits = Omit<ReplicaOptions, 'id' | 'prngSeed'>;

/** The largest entry that the workload creates. */
const entryBytesMax = 1200;

/** Checks that nothing exceeds its limit, with a quorum or without. */
export class Bounds {
  readonly #limits: Limits;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  afterEffects(node: SimNode, raft: Readonly<RaftState>, effects: Effects): void {
    const { outboxMessagesMax, persistBytesMax } = this.#limits;
    if (raft.outbox.length > outboxMessagesMax) violate('bounds', `outbox of ${node.id}`);
    const waitingChunks = raft.staging?.waiting.length ?? 0;
    if (waitingChunks > this.#limits.snapshotChunksInflightMax)
      violate('bounds', `chunks that wait at ${node.id}`);
    if (effects.persist) {
      if (node.disk.writing)
        violate('bounds', `${node.id} starts a write while another is in progress`);
      const { entries } = effects.persist;
      if (!isWithinBytes(entries, persistBytesMax)) violate('bounds', `write of ${node.id}`);
      this.#checkChunk(node.id, effects.persist.snapshot?.chunk);
    }
    for (const message of effects.messages) this.#checkMessage(node, raft, message);
    if (raft.leadership !== null) this.#checkLeadership(node, raft.leadership);
  }

  /**
   * Checks that no client waits beyond the timeout, with a quorum or without. A read may take two
   * timeouts: one for its index, and one until that index is applied. A large write, and requests
   * behind it, may wait for as long as the large writes of a leader get on.
   */
  afterTick(node: SimNode, { nowMs, leadership }: Readonly<RaftState>): void {
    const { requestTimeoutMs } = this.#limits;
    for (const operation of node.openOperations) {
      if (nowMs - operation.handledAtMs <= requestTimeoutMs) continue;
      const isHeld = this.#mayBeHeld(operation);
      if (isHeld && leadership !== null) continue;
      if (isHeld || operation.command.spec.kind === 'read') {
        operation.overdueSinceMs ??= nowMs;
        if (nowMs - operation.overdueSinceMs <= requestTimeoutMs) continue;
      }
      violate('bounds', `${node.id} leaves request ${operation.number} without an answer`);
    }
  }

  /** Returns whether this or an earlier request of the connection is large and not logged yet. */
  #mayBeHeld({ connection, position }: Operation): boolean {
    const { commandBytesPerEntryMax } = this.#limits;
    return connection.operations
      .slice(0, position + 1)
      .some(
        ({ index, status, command: { args } }) =>
          status === 'open' && index === 0 && args.join('').length > commandBytesPerEntryMax,
      );
  }

  /** Checks that a leader at its limit of uncommitted bytes or log bytes appends no write. */
  afterLogged(node: SimNode, raft: Readonly<RaftState>, operation: Operation): void {
    const { leadership, log } = raft;
    if (leadership === null) return;
    let bytes = 0;
    for (let { index } = operation; index <= log.lastIndex; index += 1) {
      bytes += entryBytes(log.entryAt(index as LogIndex) as Entry);
    }
    const bytesBefore = leadership.uncommittedBytes - bytes;
    if (bytesBefore >= this.#limits.uncommittedBytesMax) {
      violate('bounds', `${node.id} accepts a write with ${bytesBefore} bytes uncommitted`);
    }
    if (log.bytes - bytes >= this.#limits.logBytesMax) {
      violate('bounds', `${node.id} accepts a write with ${log.bytes} bytes in its log`);
    }
  }

  /** Checks the count of uncommitted bytes. It walks the log, so it is called rarely. */
  checkUncommitted(node: SimNode, { leadership, commitIndex, log }: Readonly<RaftState>): void {
    if (leadership === null) return;
    let bytes = 0;
    for (let index = commitIndex + 1; index <= log.lastIndex; index += 1) {
      const entry = log.entryAt(index as LogIndex);
      if (entry) bytes += entryBytes(entry);
    }
    if (bytes !== leadership.uncommittedBytes) {
      violate(
        'bounds',
        `${node.id} counts ${leadership.uncommittedBytes} uncommitted bytes, not ${bytes}`,
      );
    }
  }

  #checkMessage({ id }: SimNode, { commitIndex }: Readonly<RaftState>, message: Message): void {
    if (message.type === 'InstallSnapshot') this.#checkChunk(id, message.chunk);
    if (message.type !== 'AppendEntries') return;
    const isSmall = isWithinBytes(message.entries, this.#limits.appendBytesMax);
    if (!isSmall) violate('bounds', `AppendEntries of ${id}`);
    if (message.leaderCommit > commitIndex) {
      violate('valid-messages', `${id} claims that ${message.leaderCommit} is committed`);
    }
  }

  #checkChunk(id: NodeId, chunk: SnapshotChunk | undefined): void {
    if (!chunk) return;
    const { length } = chunk.data;
    if (length === 0 || length > this.#limits.snapshotChunkBytesMax) {
      violate('bounds', `a chunk of ${length} bytes at ${id}`);
    }
  }

  #checkLeadership(node: SimNode, leadership: NonNullable<RaftState['leadership']>): void {
    const { inflightMessagesMax, inflightBytesMax, readsWaitingMax } = this.#limits;
    const { snapshotChunksInflightMax } = this.#limits;
    for (const [id, { inflight, inflightBytes, sending }] of leadership.progress) {
      if (inflight.length > inflightMessagesMax) violate('bounds', `messages to ${id}`);
      const chunks = sending ? sending.nextChunk - sending.ackedChunks : 0;
      if (chunks > snapshotChunksInflightMax) violate('bounds', `chunks to ${id}`);
      const bytesMax = inflightBytesMax + Math.max(this.#limits.appendBytesMax, entryBytesMax);
      if (inflightBytes > bytesMax) violate('bounds', `bytes in flight to ${id}`);
    }
    const { waitingReads: waiting, unconfirmed } = leadership.rounds;
    let reads = waiting.length;
    for (const round of unconfirmed) reads += round.reads.length;
    if (reads > readsWaitingMax) {
      violate('bounds', `${reads} reads wait at ${node.id}, more than ${readsWaitingMax}`);
    }
  }
}
