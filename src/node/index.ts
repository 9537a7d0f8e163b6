/** The public interface of src/node: one life of a node in this process, and its data on disk. */
export type { NodeActivity, NodeObserver } from '../server/index.js';
export { toTlsDialOptions } from '../transport/index.js';
export { describeData } from './data-report.js';
export { untilAllAreBlank } from './first-start.js';
export type { Node } from './node.js';
export { realNowMs } from './real-time.js';
export { clusterIdIn, startNode } from './start-node.js';
export { activityText, eventText } from './telemetry/log-text.js';
