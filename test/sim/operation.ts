import type { Command, SessionSerial } from '../../src/kv/index.js';
import type { Outcome, Request, RequestClient } from '../../src/replica/index.js';
import type { SimNode } from './node.js';

/**
 * One request of a client from its sending to its end, as the client and the ghost see it.
 * `failed` is for certain; `unknown` is an `uncertain` answer, or a node that died with it.
 */
export interface Operation extends Request {
  readonly number: number;
  readonly connection: Connection;
  /** The order on its connection, from 0. */
  readonly position: number;
  /** The highest log index that anybody had been shown before it was sent. */
  readonly observedIndex: number;
  /** When its node took it in, by the node's clock. */
  handledAtMs: number;
  /** The first tick of its node that found it past its timeout. */
  overdueSinceMs: number | null;
  /** Where its node put it into the log, or 0. */
  index: number;
  term: number;
  status: 'open' | 'done' | 'failed' | 'unknown';
  outcome: Outcome | null;
  /** The highest committed index when it was answered. */
  answeredAtIndex: number;
}

/** A client's connection to one life of one node; requests are pipelined on it. */
export interface Connection {
  readonly node: SimNode;
  readonly life: number;
  readonly client: RequestClient;
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
