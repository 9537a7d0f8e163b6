/** INFO: the state and the counters of this node, as text in sections. */

import { createHash } from 'node:crypto';
import { knownLeader, type NodeContext } from '../node-context.js';
import { hostAndPort } from '../redirection.js';

/** The version of Redis whose commands and texts we follow; clients adapt to it. */
export const redisVersion = '7.2.0';

type Section = (context: NodeContext) => Record<string, string | number>;

/** The sections of INFO, in order. */
const sections: ReadonlyMap<string, Section> = new Map<string, Section>([
  ['Server', serverSection],
  ['Clients', clientsSection],
  ['Memory', memorySection],
  ['Persistence', () => ({ loading: 0, async_loading: 0, aof_enabled: 1 })],
  ['Stats', statsSection],
  ['Replication', replicationSection],
  ['Raft', raftSection],
  ['Keyspace', keyspaceSection],
]);

/** Returns the named sections, or all sections when there are no names. */
export function infoText(context: NodeContext, names: readonly string[]): string {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const wantsAll = ['all', 'everything', 'default'].some((word) => wanted.has(word));
  return [...sections]
    .filter(([name]) => wanted.size === 0 || wantsAll || wanted.has(name.toLowerCase()))
    .map(([name, section]) => sectionText(name, section(context)))
    .join('\r\n');
}

function sectionText(name: string, fields: Record<string, string | number>): string {
  const lines = Object.entries(fields).map(([field, value]) => `${field}:${value}\r\n`);
  return `# ${name}\r\n${lines.join('')}`;
}

function serverSection({ settings, startedAtMs, uptimeMs, addresses }: NodeContext) {
  const uptimeSeconds = Math.floor(uptimeMs / 1000);
  return {
    redis_version: redisVersion,
    redis_mode: 'standalone',
    process_id: process.pid,
    run_id: runIdOf(settings, startedAtMs),
    tcp_port: addresses.get(settings.id)?.port ?? 0,
    uptime_in_seconds: uptimeSeconds,
    uptime_in_days: Math.floor(uptimeSeconds / 86_400),
  };
}

/** Returns an id of this life. It is hashed, since the clusterId admits peers to the Raft port. */
function runIdOf({ clusterId, id }: NodeContext['settings'], startedAtMs: number): string {
  return createHash('sha1').update(`${clusterId} ${id} ${startedAtMs}`).digest('hex');
}

function clientsSection({ connections }: NodeContext) {
  return { connected_clients: connections.size };
}

function memorySection({ replica, settings }: NodeContext) {
  return {
    used_memory: replica.machine.store.usedBytes,
    used_memory_log: replica.raftState.log.bytes,
    maxmemory: settings.maxMemoryBytes,
    maxmemory_policy: 'noeviction',
  };
}

function statsSection({ counters }: NodeContext) {
  return {
    total_connections_received: counters.connectionsReceived,
    total_commands_processed: counters.commandsProcessed,
    rejected_connections: counters.connectionsRejected,
  };
}

/** Describes the cluster in terms of Redis: the leader is the master, the others are slaves. */
function replicationSection(context: NodeContext): Record<string, string | number> {
  const { raftState: raft } = context.replica;
  const slaves = Math.max(0, raft.configuration.voters.length - 1);
  if (raft.role === 'leader') return { role: 'master', connected_slaves: slaves };
  const leader = knownLeader(context);
  if (!leader) return { role: 'slave', connected_slaves: 0 };
  const { host, port } = leader.address;
  return { role: 'slave', master_host: host, master_port: port, connected_slaves: 0 };
}

function raftSection(context: NodeContext): Record<string, string | number> {
  const { raftState: raft } = context.replica;
  const leader = knownLeader(context);
  return {
    raft_node_id: raft.id,
    raft_role: raft.role,
    raft_current_term: raft.currentTerm,
    raft_voted_for: raft.votedFor ?? '',
    raft_leader_id: leader?.id ?? '',
    raft_leader_address: leader ? hostAndPort(leader.address) : '',
    raft_last_log_index: raft.log.lastIndex,
    raft_last_log_term: raft.log.lastTerm,
    raft_commit_index: raft.commitIndex,
    raft_last_applied: raft.lastApplied,
    raft_snapshot_index: raft.snapshot.index,
    raft_num_voting_nodes: raft.configuration.voters.length,
  };
}

function keyspaceSection({ replica }: NodeContext): Record<string, string | number> {
  const { size, expiringSize } = replica.machine.store;
  return size === 0 ? {} : { db0: `keys=${size},expires=${expiringSize},avg_ttl=0` };
}
