import { randomInt } from 'node:crypto';
import { present } from '../base/assert.js';
import type { ClusterPlan, NodeSettings } from '../control/index.js';

export const loopback = '127.0.0.1';

const seedMax = 2 ** 48 - 1;

/** What the node at position `at` of the plan is told. */
export function toNodeSettings(plan: ClusterPlan, clusterId: string, at: number): NodeSettings {
  return {
    id: present(plan.ids[at], 'a node beyond the plan'),
    cluster: plan.name,
    clusterId,
    host: loopback,
    respPort: plan.port === 0 ? 0 : plan.port + at,
    transport: plan.transport,
    raftPort: plan.raftPort === 0 ? 0 : plan.raftPort + at,
    follower: plan.follower,
    reads: plan.reads,
    electionTimeoutMsMin: plan.electionTimeoutMsMin,
    electionTimeoutMsMax: plan.electionTimeoutMsMax,
    heartbeatIntervalMs: plan.heartbeatIntervalMs,
    preVote: plan.preVote,
    checkQuorum: plan.checkQuorum,
    fastFailover: plan.fastFailover,
    maxMemoryBytes: plan.maxMemoryBytes,
    speed: plan.speed,
    password: plan.password,
    prngSeed: randomInt(seedMax),
  };
}
