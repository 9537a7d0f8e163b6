/**
 * The library: a real Raft cluster in this process, to watch and to break. The program and its
 * terminal UI use nothing else of this folder.
 */

export { LetoError } from '../base/index.js';
export type {
  ClusterEvent,
  ClusterOptions,
  ClusterView,
  DiskFault,
  Intent,
  NodeStatus,
  Status,
} from '../control/index.js';
export { type Cluster, startCluster } from './cluster.js';
export { deleteClusterData } from './cluster-folder.js';
export { ControlClient } from './control-client.js';
export { ControlServer } from './control-server.js';
export { DiskThreadHandle } from './disk-thread-handle.js';
export {
  clusterHome,
  forgetCluster,
  knownClusterNames,
  logPath,
  makeClusterHome,
  readHomeRecord,
  stoppedDataDirOf,
} from './home.js';
