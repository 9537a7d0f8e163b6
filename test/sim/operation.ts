/** Requests of clients in a simulation. For admin commands see admin-request.ts. */

import type { Command, SessionSerial } from '../../src/kv/index.js';
import { beforeLog, type LogIndex, type ReadMode } from '../../src/raft/index.js';
import type { Outcome, Request, RequestClient } from '../../src/replica/index.js';
import type { SimNode } from './node.js';

/**
 * One request of a client, with what the client and the checkers know of it. A `failed` request
 * certainly did not take effect. The outcome is `unknown` after an `uncertain` answer or a crash.
 */
export interface Operation extends Request {
  readonly number: number;
  readonly connection: Connection;
  /** The position on its connection, from 0. */
  readonly position: number;
  /** The highest log index whose effect any client had seen before this was sent. */
  readonly observedIndex: number;
  /**
   * When its node handled it, or later logged it or what it was held behind, by the node's clock.
   */
  handledAtMs: number;
  /** The first tick of its node after its timeout, by the node's clock. Null before that. */
  overdueSinceMs: number | null;
  /** The index at which its node logged it, or 0. */
  index: number;
  term: number;
  status: 'open' | 'done' | 'failed' | 'unknown';
  outcome: Outcome | null;
  /** The highest committed index when it was answered. */
  answeredAtIndex: number;
}

/** A connection as its node sees it. It notes each index at which the node logs a write for it. */
export class SimClient implements RequestClient {
  readonly readMode: ReadMode;
  /** The indexes that no checker has seen yet. */
  newWriteIndexes: LogIndex[] = [];
  #lastWriteIndex = beforeLog;

  constructor(readMode: ReadMode) {
    this.readMode = readMode;
  }

  get lastWriteIndex(): LogIndex {
    return this.#lastWriteIndex;
  }

  set lastWriteIndex(index: LogIndex) {
    this.#lastWriteIndex = index;
    this.newWriteIndexes.push(index);
  }
}

/** A client's connection to one life of one node. Its requests are pipelined. */
export interface Connection {
  readonly node: SimNode;
  readonly life: number;
  readonly client: SimClient;
  readonly operations: Operation[];
}

export function newOperation(
  number: number,
  connection: Connection,
  command: Command,
  observedIndex: number,
  session: SessionSerial | null = null,
): Operation {
  const operation: Operation = {
    number,
    connection,
    command,
    client: connection.client,
    session,
    position: connection.operations.length,
    observedIndex,
    handledAtMs: 0,
    overdueSinceMs: null,
    index: 0,
    term: 0,
    status: 'open',
    outcome: null,
    answeredAtIndex: 0,
  };
  connection.operations.push(operation);
  return operation;
}
