/** The public API of the load, the faults and the judge behind `check`, `stress` and `bench`. */

export { ClientConnection, type RespReply } from './client-connection.js';
export type { ClusterUnderTest } from './cluster-under-test.js';
export { defaultFaults, type FaultName, faultNames } from './faults.js';
export { type HistoryRecord, readHistory, toHistoryLine, toHistoryRecord } from './history.js';
export type { StressOptions } from './insert-entries.js';
export { judge, type Verdict } from './judge.js';
export type { Operation, OperationKind } from './operation.js';
export { type BenchRun, runBench } from './run-bench.js';
export {
  type CheckOptions,
  type CheckProgress,
  type CheckRun,
  longestGapNs,
  runCheck,
} from './run-check.js';
export { runStress, type Stage, type StressRun } from './run-stress.js';
export type { StressProgress } from './stress-progress.js';
export { untilFirstWrite } from './until-first-write.js';
