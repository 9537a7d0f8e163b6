/**
 * Performs single operations on any node and records their outcomes, without retrying. client.ts
 * decides what to do and where.
 */

import type { Address } from '../control/index.js';
import { ClientConnection } from './client-connection.js';
import type { HistoryRecorder } from './history-recorder.js';
import type { Operation } from './operation.js';
import { commandOf, type OperationOutcome, outcomeOf, type PlannedOperation } from './requests.js';

/** A process of the history, with one operation at a time. */
export class Requester {
  readonly #recorder: HistoryRecorder;
  readonly #replyTimeoutMs: number;
  readonly #connections = new Map<number, ClientConnection>();
  #process: number;

  constructor(recorder: HistoryRecorder, replyTimeoutMs: number) {
    this.#recorder = recorder;
    this.#replyTimeoutMs = replyTimeoutMs;
    this.#process = recorder.newProcess();
  }

  /** Resolves with null, and records nothing, when the node cannot be reached. */
  async perform(plan: PlannedOperation, address: Address): Promise<Operation | null> {
    const connection = await this.#connect(address);
    if (connection === null) return null;
    const process = this.#process;
    const startNs = this.#recorder.nowNs();
    const outcome = await ask(connection, plan);
    const operation = { process, ...plan, ...outcome, startNs, endNs: this.#recorder.nowNs() };
    this.#recorder.add(operation);
    // An operation with an unknown outcome may still be in progress.
    if (operation.ok === null) this.#process = this.#recorder.newProcess();
    return operation;
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.close();
  }

  async #connect(address: Address): Promise<ClientConnection | null> {
    const known = this.#connections.get(address.port);
    if (known?.isOpen) return known;
    try {
      const connection = await ClientConnection.open(address, this.#replyTimeoutMs);
      this.#connections.set(address.port, connection);
      return connection;
    } catch {
      return null;
    }
  }
}

async function ask(
  connection: ClientConnection,
  plan: PlannedOperation,
): Promise<OperationOutcome> {
  try {
    return outcomeOf(await connection.ask(commandOf(plan)));
  } catch (error) {
    return { ok: null, result: (error as Error).message };
  }
}
