/**
 * Measures one kind of load (a cell of `bench`) at the leader of a cluster: throughput, and the
 * latency of whole pipelines.
 */

import { type ByteString, LetoError, percentile } from '../base/index.js';
import type { Address } from '../control/index.js';
import { ClientConnection, type RespReply } from './client-connection.js';
import type { ClusterUnderTest } from './cluster-under-test.js';
import { isTransient } from './requests.js';
import { leaderAddressOf, untilReady } from './until-ready.js';

/** One kind of load: each client sends one pipeline at a time to the leader. */
export interface BenchCell {
  readonly op: 'set' | 'get';
  readonly clients: number;
  /** The number of commands in a pipeline. */
  readonly pipeline: number;
  readonly valueBytes: number;
}

export interface CellResult extends BenchCell {
  readonly opsPerSecond: number;
  /** The latency of a pipeline from its sending to its last reply; null when none succeeded. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Pipelines that failed, even in part, as when the leader changes. They are not measured. */
  readonly refused: number;
}

const loads = [
  { clients: 1, pipeline: 1 },
  { clients: 50, pipeline: 1 },
  { clients: 50, pipeline: 16 },
  { clients: 200, pipeline: 64 },
] as const;

/** All kinds of load. For each size the SET cells come before the GET cells. */
export const benchCells: readonly BenchCell[] = [64, 1024].flatMap((valueBytes) =>
  (['set', 'get'] as const).flatMap((op) => loads.map((load) => ({ op, ...load, valueBytes }))),
);

const keyCount = 10_000;
const keysPerFill = 500;
const replyTimeoutMs = 10_000;

/**
 * Loads the leader for `seconds` seconds. A GET cell writes its keys first.
 * @throws {LetoError} LETO_NODE_STATE when a command is refused permanently, or as `untilReady`
 */
export async function runCell(
  cluster: ClusterUnderTest,
  cell: BenchCell,
  seconds: number,
  signal: AbortSignal,
): Promise<CellResult> {
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
  readonly #cluster: ClusterUnderTest;
  readonly #cell: BenchCell;
  readonly #signal: AbortSignal;
  #leader: Promise<Address>;
  #lastKey = 0;

  constructor(cluster: ClusterUnderTest, cell: BenchCell, signal: AbortSignal) {
    this.#cluster = cluster;
    this.#cell = cell;
    this.#signal = signal;
    this.#leader = findLeaderAddress(cluster, signal);
  }

  async runClient(deadlineMs: number): Promise<void> {
    while (!this.#isOver(deadlineMs)) {
      this.#signal.throwIfAborted();
      const leader = this.#leader;
      const connection = await ClientConnection.open(await leader, replyTimeoutMs);
      await this.#load(connection, deadlineMs);
      connection.close();
      // The first client to see that the leader changed looks for the new one, for all clients.
      if (this.#leader === leader) this.#leader = findLeaderAddress(this.#cluster, this.#signal);
    }
  }

  /** Sends pipelines until the time is over or one of them fails. */
  async #load(connection: ClientConnection, deadlineMs: number): Promise<void> {
    while (!this.#isOver(deadlineMs) && !this.#signal.aborted) {
      const beganMs = performance.now();
      if (!(await runPipeline(connection, this.#nextCommands()))) {
        this.refused += 1;
        return;
      }
      this.latenciesMs.push(performance.now() - beganMs);
    }
  }

  /** True once the time is over, but not before one pipeline was tried, on the slowest machine. */
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

async function fill(
  cluster: ClusterUnderTest,
  cell: BenchCell,
  signal: AbortSignal,
): Promise<void> {
  const connection = await ClientConnection.open(
    await findLeaderAddress(cluster, signal),
    replyTimeoutMs,
  );
  const value = 'x'.repeat(cell.valueBytes);
  const keys = Array.from({ length: keyCount }, (_, at) => keyOf(at));
  for (let at = 0; at < keyCount; at += keysPerFill) {
    const pairs = keys.slice(at, at + keysPerFill).flatMap((key) => [key, value]);
    const reply = await connection.ask(['MSET', ...pairs]);
    if (reply.type === 'error') throw permanentRefusalError(reply.text);
  }
  connection.close();
}

async function findLeaderAddress(cluster: ClusterUnderTest, signal: AbortSignal): Promise<Address> {
  return leaderAddressOf(await untilReady(cluster, signal));
}

/**
 * Resolves with true when every command succeeded.
 * @throws {LetoError} LETO_NODE_STATE for a permanent refusal
 */
async function runPipeline(connection: ClientConnection, commands: readonly ByteString[][]) {
  let replies: readonly RespReply[];
  try {
    replies = await connection.askAll(commands);
  } catch {
    return false;
  }
  const refusal = replies.find((reply) => reply.type === 'error');
  if (refusal && !isTransient(refusal.text)) throw permanentRefusalError(refusal.text);
  return refusal === undefined;
}

function permanentRefusalError(text: string): LetoError {
  return new LetoError('LETO_NODE_STATE', `a command was refused: ${text}`);
}

function keyOf(number: number): ByteString {
  return `bench:${number}`;
}

function rounded(milliseconds: number | null): number | null {
  return milliseconds && Number(milliseconds.toFixed(3));
}
