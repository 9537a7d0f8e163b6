/** The only door to the judge of histories. */
export { readHistory, toHistoryLine } from './history.js';
export { judge, type Verdict } from './judge.js';
export type { Operation, OperationKind } from './operation.js';
