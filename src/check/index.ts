/** The only door to what breaks clusters and judges what their clients were told. */
export type { CheckedCluster } from './checked-cluster.js';
export { Connection, type Reply } from './connection.js';
export { type FaultName, faultNames, usualFaults } from './faults.js';
export { type HistoryRecord, readHistory, toHistoryLine, toHistoryRecord } from './history.js';
export type { StressOptions } from './insert-entries.js';
export { judge, type Verdict } from './judge.js';
export type { Operation, OperationKind } from './operation.js';
export { type BenchRun, runBench } from './run-bench.js';
export {
  type CheckOptions,
  type CheckRun,
  longestGapNs,
  type Progress,
  runCheck,
} from './run-check.js';
export { runStress, type Stage, type StressRun } from './run-stress.js';
export type { StressProgress } from './stress-progress.js';
export { writeOnce } from './write-once.js';
