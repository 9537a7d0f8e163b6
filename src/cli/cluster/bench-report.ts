import type { BenchRun } from '../../check/index.js';
import { alignColumns } from './status-table.js';

/** The document of `bench --json`. */
export interface BenchReport extends BenchRun {
  readonly nodes: number;
  readonly transport: string;
  readonly secondsPerCell: number;
  /** Of the whole process: all nodes, and the clients of the bench as well. */
  readonly memory: { readonly idleBytes: number; readonly loadedBytes: number };
  /** From the start of the program to the first acknowledged write. */
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
    `${nodes} nodes over ${transport}, each write synced to every disk; asked of the leader`,
    ...alignColumns([titles, ...rows]),
    ...(refused === 0 ? [] : [`${refused} pipelines were refused, as when the leader changes`]),
    `failover: ${failover.p50Ms} ms at the median of ${failover.kills} kills, ${failover.maxMs} ms at most`,
    `memory: ${megabytes(memory.idleBytes)} idle, ${megabytes(memory.loadedBytes)} after the load`,
    `first acknowledged write: ${firstWriteMs} ms after the start of the program`,
  ].join('\n');
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MB`;
}
