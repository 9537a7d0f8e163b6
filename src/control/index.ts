/** The contract between a cluster and the programs that watch it and inject faults into it. */

export {
  type AdminCommand,
  type AdminOutcome,
  type NodeId,
  nodeId,
  type ReadMode,
} from '../raft/index.js';

export { formatAddress, isWildcard, parseAddress } from './address.js';
export { type ClockMemory, ClusterClock } from './cluster-clock.js';
export type { DiskFault } from './disk-fault.js';
export { checkDiskIntent, type DiskIntent } from './disk-intent.js';
export {
  type ClusterEvent,
  describeEvent,
  type LifeEvent,
  type NodeEvent,
  toClusterEvent,
} from './events.js';
export { type HeldEvent, heldShownMax } from './held-event.js';
export {
  commandLineOf,
  defaultClusterName,
  type Intent,
  type LinkIntent,
  type MemberIntent,
  mayLeaveNodesOpen,
  type NodeIntent,
  resolveNode,
  resolveTarget,
  type TargetIntent,
  type TimeIntent,
  verbLineOf,
} from './intents.js';
export { checkLinkIntent, diffLinks, faultyLinksAfter } from './link-changes.js';
export { describeLink, type FaultyLink, type LinkFault } from './link-fault.js';
export type { LinkRate, MessageNote, TrafficReport } from './message-note.js';
export type { FromNode, NodePorts, ToNode } from './messages.js';
export {
  type ElectionTimer,
  logShownMax,
  type NodeReport,
  type PeerReport,
} from './node-report.js';
export type {
  Address,
  FollowerMode,
  NodeSettings,
  TlsSettings,
  TransportKind,
} from './node-settings.js';
export {
  type ClusterOptions,
  type ClusterPlan,
  checkName,
  isValidName,
  nodesMax,
  planCluster,
} from './options.js';
export {
  type Answers,
  type AnswerTo,
  checkQuestion,
  entriesAskedMax,
  type KeysAnswer,
  keysAskedMax,
  type LinesAnswer,
  type LogAnswer,
  type LogEntryView,
  linesKeptMax,
  type NodeAnswer,
  type NodeQuestion,
  type Question,
} from './questions.js';
export { type NodeStatus, type Status, toNodeStatus, toStatus } from './status.js';
export type { ForcedEvent, HeldMessage, MessageCounts, StepReport } from './step-report.js';
export { checkTimeIntent } from './time-intent.js';
export {
  type ClusterView,
  failedNodes,
  foldTelemetry,
  isReady,
  isReadyBesideFailed,
  leaderOf,
  type NodeState,
  type NodeView,
  type Telemetry,
  termOf,
} from './view.js';
