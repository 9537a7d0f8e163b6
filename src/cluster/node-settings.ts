/**
 * Derives the settings of each node from the plan of the cluster. control/node-settings.ts declares
 * their type.
 */

import { randomInt } from 'node:crypto';
import type { ClusterPlan, NodeSettings, NodeView } from '../control/index.js';

export const loopback = '127.0.0.1';

const seedMax = 2 ** 48 - 1;

/** Returns the settings of one node. n1 has the first port of each kind, n2 the next, and so on. */
export function toNodeSettings(
  plan: ClusterPlan,
  clusterId: string,
  { id, dataDir }: Pick<NodeView, 'id' | 'dataDir'>,
): NodeSettings {
  const at = Number(id.slice(1)) - 1;
  return {
    id,
    cluster: plan.name,
    clusterId,
    host: loopback,
    respPort: plan.port === 0 ? 0 : plan.port + at,
    transport: plan.transport,
    raftHost: loopback,
    raftPort: plan.raftPort === 0 ? 0 : plan.raftPort + at,
    httpHost: loopback,
    httpPort: plan.httpPort === null || plan.httpPort === 0 ? plan.httpPort : plan.httpPort + at,
    portFlags: { resp: '--port', raft: '--raft-port', http: '--http-port' },
    advertised: null,
    follower: plan.follower,
    reads: plan.reads,
    electionTimeoutMsMin: plan.electionTimeoutMsMin,
    electionTimeoutMsMax: plan.electionTimeoutMsMax,
    heartbeatIntervalMs: plan.heartbeatIntervalMs,
    preVote: plan.preVote,
    checkQuorum: plan.checkQuorum,
    fastFailover: plan.fastFailover,
    maxMemoryBytes: plan.maxMemoryBytes,
    password: plan.password,
    secret: null,
    tls: null,
    prngSeed: randomInt(seedMax),
    dataDir,
  };
}
