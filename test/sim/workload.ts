/** The clients of a simulation: which requests they send, to which node and when. */

import type { Prng } from '../../src/base/prng.js';
import type { Command } from '../../src/kv/index.js';
import type { ReadMode } from '../../src/raft/index.js';
import { drawCommand, readOf } from './commands.js';
import type { SimNode } from './node.js';
import { type Connection, newOperation, type Operation, SimClient } from './operation.js';
import { SessionClient } from './session-client.js';
import type { WorkloadSettings } from './settings.js';

/** The most requests on one connection, after which its client opens another. */
const connectionOperationsMax = 30;

/** The most unanswered requests in the world; no more are sent meanwhile. */
const openOperationsMax = 100;

/** The factor by which a client waits longer after a refusal. */
const refusedDelayFactor = 4;

/** Draws bursts of commands, sent mostly to the leader. */
export class Workload {
  readonly #prng: Prng;
  readonly #settings: WorkloadSettings;
  readonly #nodes: readonly SimNode[];
  readonly #connections: (Connection | null)[];
  readonly #sessions: readonly SessionClient[];
  readonly #echoes: Operation[] = [];
  #lastNumber = 0;

  constructor(nodes: readonly SimNode[], settings: WorkloadSettings, prng: Prng) {
    this.#nodes = nodes;
    this.#settings = settings;
    this.#prng = prng;
    this.#connections = new Array(settings.clientCount).fill(null);
    this.#sessions = Array.from(
      { length: settings.sessionCount },
      (_, client) => new SessionClient(`session ${client}`, prng),
    );
  }

  /** Returns the next requests of one client. There are none while no node is alive. */
  drawBurst(client: number, observedIndex: number): Operation[] {
    const prng = this.#prng;
    if (this.#openOperations() >= openOperationsMax) return [];
    let connection = this.#connections[client] ?? null;
    if (connection === null || !this.#isKept(connection)) connection = this.#connect();
    this.#connections[client] = connection;
    if (connection === null) return [];
    const session = this.#sessions[client];
    if (session) return this.#drawOfSession(session, connection, observedIndex);
    const count = prng.between(1, this.#settings.pipelineMax + 1);
    const operations: Operation[] = [];
    for (let at = 0; at < count; at += 1) {
      operations.push(newOperation(this.#lastNumber, connection, this.#draw(), observedIndex));
    }
    return operations;
  }

  #draw(): Command {
    this.#lastNumber += 1;
    return drawCommand(this.#prng, this.#settings, this.#lastNumber);
  }

  /** Returns the next request of a session, which sends one at a time. */
  #drawOfSession(
    session: SessionClient,
    connection: Connection,
    observedIndex: number,
  ): Operation[] {
    const unfinished = session.unfinished();
    const command = unfinished?.command ?? this.#draw();
    if (session.waits || command.spec.kind === 'read') {
      const read = command.spec.kind === 'read' ? command : readOf(command.args[0] ?? '');
      return [newOperation(this.#lastNumber, connection, read, observedIndex)];
    }
    const attempt = unfinished ?? session.begin(command);
    const { session: serial } = attempt;
    this.#lastNumber += 1;
    const operation = newOperation(this.#lastNumber, connection, command, observedIndex, serial);
    session.sent(operation);
    return [operation];
  }

  /** Returns the factor by which the client waits longer than usual. */
  delayFactor(client: number): number {
    const last = this.#connections[client]?.operations.at(-1);
    return last === undefined || last.status === 'failed' ? refusedDelayFactor : 1;
  }

  /** Decides whether another client is to read an acknowledged write at another node at once. */
  willEcho(operation: Operation): boolean {
    const isWritten = operation.status === 'done' && operation.command.spec.kind === 'write';
    if (!isWritten || !this.#prng.chance(this.#settings.echoChance)) return false;
    this.#echoes.push(operation);
    return true;
  }

  drawEcho(observedIndex: number): Operation | null {
    const written = this.#echoes.shift();
    const others = this.#nodes.filter(
      (node) => node.replica !== null && node !== written?.connection.node,
    );
    const [key] = written?.command.args ?? [];
    if (key === undefined || this.#openOperations() >= openOperationsMax) return null;
    const connection = this.#connectTo(others);
    if (!connection) return null;
    this.#lastNumber += 1;
    return newOperation(this.#lastNumber, connection, readOf(key), observedIndex);
  }

  #openOperations(): number {
    let open = 0;
    for (const node of this.#nodes) open += node.openOperations.size;
    return open;
  }

  #isKept({ node, life, operations }: Connection): boolean {
    if (node.replica === null || node.life !== life) return false;
    if (operations.length >= connectionOperationsMax) return false;
    const wasRefused = operations.at(-1)?.status === 'failed';
    return !this.#prng.chance(wasRefused ? 0.7 : 0.05);
  }

  #connect(): Connection | null {
    return this.#connectTo(this.#nodes.filter((node) => node.replica !== null));
  }

  #connectTo(alive: readonly SimNode[]): Connection | null {
    const prng = this.#prng;
    if (alive.length === 0) return null;
    // A deposed leader that does not know it counts too, since stale reads come from there.
    const leaders = alive.filter(({ replica }) => replica?.raftState.leadership);
    const isFound = leaders.length > 0 && prng.chance(this.#settings.findsLeaderChance);
    const node = prng.pick(isFound ? leaders : alive);
    const client = new SimClient(this.#drawReadMode());
    return { node, life: node.life, client, operations: [] };
  }

  #drawReadMode(): ReadMode {
    const { leaseShare, localShare } = this.#settings;
    const drawn = this.#prng.next();
    if (drawn < localShare) return 'local';
    return drawn < localShare + leaseShare ? 'lease' : 'linearizable';
  }
}

/** The leader of the highest term, if any node leads. */
export function leaderOf(nodes: readonly SimNode[]): SimNode | null {
  let leader: SimNode | null = null;
  let term = -1;
  for (const node of nodes) {
    const raft = node.replica?.raftState;
    if (!raft || raft.leadership === null || raft.currentTerm <= term) continue;
    leader = node;
    term = raft.currentTerm;
  }
  return leader;
}
