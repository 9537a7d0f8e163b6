/** Turns the flags of `leto` into the settings of a node. The flags' syntax is in flags.ts. */

import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { LetoError } from '../../base/index.js';
import {
  type Address,
  isValidName,
  isWildcard,
  type NodeId,
  type NodeSettings,
  nodeId,
  parseAddress,
  planCluster,
} from '../../control/index.js';
import { defaultValueOf, type FlagName, type FlagValues } from './flags.js';
import { type LogLevel, logLevels } from './log.js';
import {
  exposureWarnings,
  type LetoProtection,
  type ListenEndpoint,
  readProtection,
} from './protection.js';
import { parseStaticCluster, type StaticCluster } from './static-members.js';

/** The settings of a node, read from the flags and checked. */
export interface LetoPlan {
  readonly id: NodeId;
  readonly folder: string;
  /** Port 0 means any free port. */
  readonly listen: Address;
  /** Null when the node serves no HTTP. */
  readonly http: Address | null;
  readonly raftBind: Address;
  /** The addresses at which peers and clients reach the node. */
  readonly advertised: NonNullable<NodeSettings['advertised']>;
  /** Null unless the node is a member of a static cluster. */
  readonly cluster: StaticCluster | null;
  /** The client address of a member of the cluster to join; null when there is none. */
  readonly join: Address | null;
  readonly protection: LetoProtection;
  readonly level: LogLevel;
  /** Sentences that are logged before the node starts. */
  readonly warnings: readonly string[];
}

const seedMax = 2 ** 48 - 1;

/**
 * Derives all settings of a node.
 * @throws {LetoError} LETO_BAD_OPTION
 */
export function planLeto(flags: FlagValues): LetoPlan {
  const cluster = staticClusterOf(flags);
  const id = cluster ? memberOf(flags, cluster) : idOf(flags);
  const own = cluster?.members.get(id);
  const raftBind = own && !flags.has('raftbind') ? own : addressOf(flags, 'raftbind');
  const raft = own ?? (flags.has('advertise') ? addressOf(flags, 'advertise') : raftBind);
  if (isWildcard(raft)) throw noUsableAddressError(cluster);
  const listen = cluster && !flags.has('listen') ? anyPort : addressOf(flags, 'listen');
  const http = flags.has('http') ? addressOf(flags, 'http') : null;
  const knownHost = (address: Address) => (isWildcard(address) ? raft.host : address.host);
  const { protection, warnings } = readProtection(flags);
  const endpoints = [
    clientEndpoint('listen', listen, protection),
    ...(http ? [clientEndpoint('http', http, protection)] : []),
    peerEndpoint(raftBind, protection),
  ];
  const isInsecure = Boolean(flags.get('insecure'));
  return {
    id,
    folder: folderOf(flags, id),
    listen,
    http,
    raftBind,
    advertised: { raft, respHost: knownHost(listen), httpHost: knownHost(http ?? listen) },
    cluster,
    join: flags.has('join') ? addressOf(flags, 'join') : null,
    protection,
    level: [...logLevels].reverse().find((level) => flags.get(level)) ?? 'quiet',
    warnings: [...warnings, ...endpoints.flatMap((each) => exposureWarnings(each, isInsecure))],
  };
}

/**
 * Returns the node whose data `-verify` checks, and its folder; ignores all other flags.
 * @throws {LetoError} LETO_BAD_OPTION
 */
export function planVerify(flags: FlagValues): Pick<LetoPlan, 'id' | 'folder'> {
  const id = nodeId(flags.get('node') ?? idOf(flags));
  return { id, folder: folderOf(flags, id) };
}

function folderOf(flags: FlagValues, id: NodeId): string {
  const initial = flags.has('node') ? `node-${id}` : defaultValueOf('raftdir');
  return resolve(flags.get('raftdir') ?? initial);
}

/** The users of a static cluster use HTTP, so no fixed port is taken for Redis clients. */
const anyPort: Address = { host: '127.0.0.1', port: 0 };

/** The error texts are goraft's, which writes its flags with two dashes. */
function staticClusterOf(flags: FlagValues): StaticCluster | null {
  if (!flags.has('cluster') && !flags.has('node')) return null;
  if (!flags.has('node')) throw missing('--node $index');
  if (!flags.has('http') && !flags.has('listen')) throw missing('--http $address');
  const text = flags.get('cluster');
  if (text) return parseStaticCluster(text);
  throw missing('--cluster $node1Id,$node1Address;...;$nodeNId,$nodeNAddress');
}

function memberOf(flags: FlagValues, { members }: StaticCluster): NodeId {
  const id = nodeId(flags.get('node') ?? '');
  if (flags.has('id')) throw badFlag('id', 'and --node mean the same; give only one of them');
  if (flags.has('advertise'))
    throw badFlag('advertise', 'does not go with --cluster, which has the address; leave it out');
  if (members.has(id)) return id;
  const known = [...members.keys()].join(', ');
  throw new LetoError('LETO_BAD_OPTION', `--node ${id} is not in --cluster, which has ${known}`);
}

function missing(parameter: string): LetoError {
  return new LetoError('LETO_BAD_OPTION', `Missing required parameter: ${parameter}`);
}

function noUsableAddressError(cluster: StaticCluster | null): LetoError {
  if (cluster) throw badFlag('cluster', 'must give an address at which peers reach this node');
  throw badFlag(
    'advertise',
    'is needed when -raftbind is a wildcard: peers must know where to reach this node',
  );
}

function idOf(flags: FlagValues): NodeId {
  const id = flags.get('id') ?? '';
  if (isValidName(id)) return nodeId(id);
  throw badFlag('id', 'is needed: 1 to 64 letters, digits, - and _, as in -id id1');
}

function addressOf(flags: FlagValues, name: FlagName): Address {
  const text = flags.get(name) ?? defaultValueOf(name);
  const address = parseAddress(text);
  if (address) return address;
  throw badFlag(name, `is "${text}"; it must be host:port, or :port on this machine`);
}

function clientEndpoint(
  flag: FlagName,
  address: Address,
  protection: LetoProtection,
): ListenEndpoint {
  return {
    flag,
    address,
    risk: 'anyone there can read and write all keys',
    isProtected: protection.password !== null || protection.tls !== null,
    missingProtection: 'no password and no encryption',
    remedy: '-password-file or -tls-cert',
  };
}

function peerEndpoint(address: Address, { secret, tls }: LetoProtection): ListenEndpoint {
  return {
    flag: 'raftbind',
    address,
    risk: 'anyone there can take over the cluster',
    isProtected: secret !== null || tls !== null,
    missingProtection: 'no secret and no encryption',
    remedy: '-secret-file or -tls-cert',
  };
}

function badFlag(name: FlagName, message: string): LetoError {
  return new LetoError('LETO_BAD_OPTION', `-${name} ${message}`);
}

/** Returns the settings in the form that src/node takes. */
export function toLetoNodeSettings(plan: LetoPlan, clusterId: string): NodeSettings {
  const { id, folder, listen, http, raftBind, cluster, advertised, protection } = plan;
  return {
    ...planCluster({}),
    id,
    cluster: 'leto',
    clusterId,
    host: listen.host,
    respPort: listen.port,
    transport: 'tcp',
    raftHost: raftBind.host,
    raftPort: raftBind.port,
    httpHost: http?.host ?? listen.host,
    httpPort: http?.port ?? null,
    portFlags: { resp: '-listen', raft: cluster ? '--cluster' : '-raftbind', http: '-http' },
    advertised,
    ...protection,
    dataDir: folder,
    prngSeed: randomInt(seedMax),
  };
}
