/**
 * Verifies that the nodes of a cluster without load are equal: the same log, committed and applied,
 * and the same keys. It reads through node-reader.ts and compares with the compare-*.ts files.
 */

import { LogComparison } from './compare-logs.js';
import { compareRaftStatuses } from './compare-raft-statuses.js';
import { compareSizes, compareValues } from './compare-states.js';
import { Differences } from './differences.js';
import type { NodeReader } from './node-reader.js';
import { sleep } from './sleep.js';
import { stressEntries } from './stress-entries.js';
import type { StressProgress } from './stress-progress.js';

/** Without writes, healthy nodes converge within this time. */
const convergeMsMax = 60_000;
const pollIntervalMs = 20;
/** RAFT LOG returns at most this many entries. */
const entriesPerSlice = 1000;
const keysPerRead = 500;

/** What was compared, and what differed. */
export interface Verification {
  readonly nodes: readonly string[];
  readonly commitIndex: number;
  readonly term: number;
  /** The entries that every node has in its log; earlier entries are only in snapshots. */
  readonly log: { readonly from: number; readonly to: number } | null;
  /** The number of keys that every node must hold. */
  readonly keys: number;
  /** What differed and where; a long list is cut short. */
  readonly differences: readonly string[];
}

/**
 * Verifies that all entries are committed and applied, that all logs are equal with terms that
 * never fall, and that linearizable reads on every node return the `entryCount` inserted keys and
 * no other.
 * @throws {LetoError} as the methods of `NodeReader`
 */
export async function verify(
  readers: readonly NodeReader[],
  entryCount: number,
  signal: AbortSignal,
  observe: (progress: StressProgress) => void,
): Promise<Verification> {
  const differences = new Differences();
  const { found, commitIndex, term } = await untilConverged(readers, signal);
  differences.add(...found);
  const logs = new LogComparison();
  await eachRange(1, commitIndex, entriesPerSlice, async (from, to) => {
    observe({ step: 'comparing logs', done: from - 1, total: commitIndex });
    const slices = await Promise.all(readers.map((reader) => reader.logSlice(from, to)));
    differences.add(...logs.compareRange(slices, from, to));
  });
  await eachRange(0, entryCount - 1, keysPerRead, async (from, to) => {
    observe({ step: 'comparing states', done: from, total: entryCount });
    differences.add(...(await compareKeys(readers, from, to)));
  });
  differences.add(...(await compareTotals(readers, entryCount)));
  const nodes = readers.map(({ node }) => node);
  return {
    nodes,
    commitIndex,
    term,
    log: logs.range,
    keys: entryCount,
    differences: differences.summary,
  };
}

/** Waits until the nodes agree. Resolves with what still differs if they do not in time. */
async function untilConverged(readers: readonly NodeReader[], signal: AbortSignal) {
  const deadlineMs = performance.now() + convergeMsMax;
  for (;;) {
    const statuses = await Promise.all(readers.map((reader) => reader.raftStatus()));
    const found = compareRaftStatuses(statuses);
    const commitIndex = Math.min(...statuses.map((status) => status.commitIndex));
    const term = Math.max(...statuses.map((status) => status.term));
    if (found.length === 0 || performance.now() > deadlineMs) return { found, commitIndex, term };
    signal.throwIfAborted();
    await sleep(pollIntervalMs, signal);
  }
}

/** Calls `act` for ranges of at most `lengthMax` from `first` to `last`, both ends included. */
async function eachRange(
  first: number,
  last: number,
  lengthMax: number,
  act: (from: number, to: number) => Promise<void>,
): Promise<void> {
  for (let from = first; from <= last; from += lengthMax) {
    await act(from, Math.min(from + lengthMax - 1, last));
  }
}

async function compareKeys(
  readers: readonly NodeReader[],
  from: number,
  to: number,
): Promise<string[]> {
  const entries = stressEntries(from, to + 1);
  const keys = entries.map(({ key }) => key);
  const values = await Promise.all(readers.map((reader) => reader.values(keys)));
  return readers.flatMap(({ node }, at) => compareValues(node, values[at] ?? [], entries));
}

/** Compares the number of keys, and one value read by GET. */
async function compareTotals(
  readers: readonly NodeReader[],
  entryCount: number,
): Promise<string[]> {
  const entries = stressEntries(entryCount - 1, entryCount);
  const found = readers.map(async (reader) => [
    ...compareSizes(reader.node, await reader.size(), entryCount),
    ...compareValues(reader.node, [await reader.value(entries[0]?.key ?? '')], entries),
  ]);
  return (await Promise.all(found)).flat();
}
