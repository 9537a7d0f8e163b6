import { type ByteString, LetoError, percentile } from '../base/index.js';
import type { Address } from '../control/index.js';
import type { CheckedCluster } from './checked-cluster.js';
import { Connection, type Reply } from './connection.js';
import { passes } from './requests.js';
import { leaderAddressOf, untilReady } from './until-ready.js';

/** What clients do at the leader, each with one pipeline at a time. */
export interface Cell {
  readonly op: 'set' | 'get';
  readonly clients: number;
  /** Commands that are sent together. */
  readonly pipeline: number;
  readonly valueBytes: number;
}

export interface CellFigures extends Cell {
  readonly opsPerSecond: number;
  /** Of a whole pipeline, from its sending to its last reply; null where none was carried out. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Pipelines that were not carried out in full, as when the leader changes; they do not count. */
  readonly refused: number;
}

const loads = [
  { clients: 1, pipeline: 1 },
  { clients: 50, pipeline: 1 },
  { clients: 50, pipeline: 16 },
  { clients: 200, pipeline: 64 },
] as const;

/** Each size is written before it is read. */
export const cells: readonly Cell[] = [64, 1024].flatMap((valueBytes) =>
  (['set', 'get'] as const).flatMap((op) => loads.map((load) => ({ op, ...load, valueBytes }))),
);

const keyCount = 10_000;
const keysPerFill = 500;
const patienceMs = 10_000;

/** Loads the leader for so many seconds; keys that are read have been written before. */
export async function runCell(
  cluster: CheckedCluster,
  cell: Cell,
  seconds: number,
  signal: AbortSignal,
): Promise<CellFigures> {
  if (cell.op === 'get') await fill(cluster, cell, signal);
  const load = new CellLoad(cluster, cell, signal);
  const beganMs = performance.now();
  const deadlineMs = beganMs + 1000 * seconds;
  await Promise.all(Array.from({ length: cell.clients }, () => load.runClient(deadlineMs)));
  const elapsedSeconds = (performance.now() - beganMs) / 1000;
  const { latenciesMs, refused } = load;
  return {
    ...cell,
    opsPerSecond: Math.round((latenciesMs.length * cell.pipeline) / elapsedSeconds),
    p50Ms: rounded(percentile(latenciesMs, 0.5)),
    p99Ms: rounded(percentile(latenciesMs, 0.99)),
    refused,
  };
}

class CellLoad {
  readonly latenciesMs: number[] = [];
  refused = 0;
  readonly #cluster: CheckedCluster;
  readonly #cell: Cell;
  readonly #signal: AbortSignal;
  #leader: Promise<Address>;
  #lastKey = 0;

  constructor(cluster: CheckedCluster, cell: Cell, signal: AbortSignal) {
    this.#cluster = cluster;
    this.#cell = cell;
    this.#signal = signal;
    this.#leader = leaderOf(cluster, signal);
  }

  async runClient(deadlineMs: number): Promise<void> {
    while (!this.#isOver(deadlineMs)) {
      this.#signal.throwIfAborted();
      const leader = this.#leader;
      const connection = await Connection.open(await leader, patienceMs);
      await this.#load(connection, deadlineMs);
      connection.close();
      // The first to see that it leads no more looks for the next, and all others follow.
      if (this.#leader === leader) this.#leader = leaderOf(this.#cluster, this.#signal);
    }
  }

  /** Until the end, or a refusal. */
  async #load(connection: Connection, deadlineMs: number): Promise<void> {
    while (!this.#isOver(deadlineMs) && !this.#signal.aborted) {
      const beganMs = performance.now();
      if (!(await isCarriedOut(connection, this.#nextCommands()))) {
        this.refused += 1;
        return;
      }
      this.latenciesMs.push(performance.now() - beganMs);
    }
  }

  /** Not before there is something to tell, however short the time and slow the machine. */
  #isOver(deadlineMs: number): boolean {
    return performance.now() >= deadlineMs && this.latenciesMs.length + this.refused > 0;
  }

  #nextCommands(): ByteString[][] {
    const { op, pipeline, valueBytes } = this.#cell;
    return Array.from({ length: pipeline }, () => {
      this.#lastKey = (this.#lastKey + 1) % keyCount;
      const key = keyOf(this.#lastKey);
      return op === 'get' ? ['GET', key] : ['SET', key, 'x'.repeat(valueBytes)];
    });
  }
}

async function fill(cluster: CheckedCluster, cell: Cell, signal: AbortSignal): Promise<void> {
  const connection = await Connection.open(await leaderOf(cluster, signal), patienceMs);
  const value = 'x'.repeat(cell.valueBytes);
  const keys = Array.from({ length: keyCount }, (_, at) => keyOf(at));
  for (let at = 0; at < keyCount; at += keysPerFill) {
    const pairs = keys.slice(at, at + keysPerFill).flatMap((key) => [key, value]);
    const reply = await connection.ask(['MSET', ...pairs]);
    if (reply.type === 'error') throw refusedForGood(reply.text);
  }
  connection.close();
}

async function leaderOf(cluster: CheckedCluster, signal: AbortSignal): Promise<Address> {
  return leaderAddressOf(await untilReady(cluster, signal));
}

/** @throws {LetoError} LETO_NODE_STATE for an error that does not pass by itself */
async function isCarriedOut(connection: Connection, commands: readonly ByteString[][]) {
  let replies: readonly Reply[];
  try {
    replies = await connection.askAll(commands);
  } catch {
    return false;
  }
  const refusal = replies.find((reply) => reply.type === 'error');
  if (refusal && !passes(refusal.text)) throw refusedForGood(refusal.text);
  return refusal === undefined;
}

function refusedForGood(text: string): LetoError {
  return new LetoError('LETO_NODE_STATE', `a command was refused: ${text}`);
}

function keyOf(number: number): ByteString {
  return `bench:${number}`;
}

function rounded(milliseconds: number | null): number | null {
  return milliseconds && Number(milliseconds.toFixed(3));
}
