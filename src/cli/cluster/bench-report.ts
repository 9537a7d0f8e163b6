/** Formats the result of `bench` as text or JSON. The measuring itself is in src/check. */

import type { BenchRun } from '../../check/index.js';
import { alignColumns } from './status-table.js';

/** The document of `bench --json`. */
export interface BenchReport extends BenchRun {
  readonly nodes: number;
  readonly transport: string;
  readonly secondsPerCell: number;
  /** Resident memory of the whole process: all nodes and the benchmark's own clients. */
  readonly memory: { readonly idleBytes: number; readonly loadedBytes: number };
  /** The time from the start of the program to the first acknowledged write. */
  readonly firstWriteMs: number;
}

const titles = ['OP', 'CLIENTS', 'PIPELINE', 'BYTES', 'OPS/S', 'P50 MS', 'P99 MS'];

export function benchText(report: BenchReport): string {
  const { nodes, transport, throughput, failover, memory, firstWriteMs } = report;
  const rows = throughput.map((cell) =>
    [
      cell.op.toUpperCase(),
      cell.clients,
      cell.pipeline,
      cell.valueBytes,
      cell.opsPerSecond,
      cell.p50Ms ?? '-',
      cell.p99Ms ?? '-',
    ].map(String),
  );
  const refused = throughput.reduce((sum, cell) => sum + cell.refused, 0);
  return [
    `${nodes} nodes over ${transport}, each write synced to every disk; requests go to the leader`,
    ...alignColumns([titles, ...rows]),
    ...(refused === 0
      ? []
      : [`${refused} pipelines were refused, for example while the leader changed`]),
    `failover: median ${failover.p50Ms} ms, maximum ${failover.maxMs} ms of ${failover.kills} kills`,
    `memory: ${megabytes(memory.idleBytes)} idle, ${megabytes(memory.loadedBytes)} after the load`,
    `first acknowledged write: ${firstWriteMs} ms after the start of the program`,
  ].join('\n');
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MB`;
}
