import type { Address } from '../control/index.js';
import { Connection } from './connection.js';
import type { Operation } from './operation.js';
import type { Recorder } from './recorder.js';
import { commandOf, type Outcome, outcomeOf, type Plan } from './requests.js';

/** A process of the history: it does one thing at a time, on any node, and writes down how it went. */
export class Requester {
  readonly #recorder: Recorder;
  readonly #patienceMs: number;
  readonly #connections = new Map<number, Connection>();
  #process: number;

  constructor(recorder: Recorder, patienceMs: number) {
    this.#recorder = recorder;
    this.#patienceMs = patienceMs;
    this.#process = recorder.newProcess();
  }

  /** Null where the node can't be reached: then nothing was sent. */
  async perform(plan: Plan, address: Address): Promise<Operation | null> {
    const connection = await this.#connect(address);
    if (connection === null) return null;
    const process = this.#process;
    const startNs = this.#recorder.nowNs();
    const outcome = await ask(connection, plan);
    const operation = { process, ...plan, ...outcome, startNs, endNs: this.#recorder.nowNs() };
    this.#recorder.add(operation);
    // What it was told nothing of may still be under way.
    if (operation.ok === null) this.#process = this.#recorder.newProcess();
    return operation;
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.close();
  }

  async #connect(address: Address): Promise<Connection | null> {
    const known = this.#connections.get(address.port);
    if (known?.isOpen) return known;
    try {
      const connection = await Connection.open(address, this.#patienceMs);
      this.#connections.set(address.port, connection);
      return connection;
    } catch {
      return null;
    }
  }
}

async function ask(connection: Connection, plan: Plan): Promise<Outcome> {
  try {
    return outcomeOf(await connection.ask(commandOf(plan)));
  } catch (error) {
    return { ok: null, result: (error as Error).message };
  }
}
