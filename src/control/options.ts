/**
 * The options of a cluster: what `up` and `startCluster` accept, their checks and their defaults.
 * A node gets its share of them as NodeSettings (node-settings.ts).
 */

import { LetoError } from '../base/index.js';
import { type NodeId, nodeId, type ReadMode } from '../raft/index.js';
import { defaultClusterName } from './intents.js';
import type { FollowerMode, TransportKind } from './node-settings.js';
import { checkSpeed } from './time-intent.js';

/** The options of `up` and `startCluster`. Each has a default. */
export interface ClusterOptions {
  /** The name of the cluster: 1 to 64 letters, digits, `-` and `_`. */
  readonly name?: string;
  /** The number of nodes, 1 to 9, called n1, n2, ... A folder with data keeps its own number. */
  readonly nodes?: number;
  /** The RESP port of n1; n2 has the next one, and so on. 0 uses free ports. */
  readonly port?: number;
  /** The Raft port of n1 with `tcp`, by default `port` + 10000. 0 uses free ports. */
  readonly raftPort?: number;
  /**
   * The HTTP port of n1; n2 gets the next one, and so on. 0 uses free ports. HTTP is off without
   * it.
   */
  readonly httpPort?: number;
  readonly transport?: TransportKind;
  /** The folder for the data. Without it, a temporary folder is used and deleted at the end. */
  readonly dataDir?: string;
  readonly follower?: FollowerMode;
  readonly reads?: ReadMode;
  /** Each election timeout is drawn at random from [min, max), in milliseconds. */
  readonly electionTimeoutMs?: readonly [min: number, max: number];
  readonly heartbeatMs?: number;
  /** With `fast`, a closed connection to the leader starts a PreVote at once. */
  readonly failover?: 'timeout' | 'fast';
  readonly preVote?: boolean;
  readonly checkQuorum?: boolean;
  readonly maxMemoryBytes?: number;
  /** Virtual milliseconds per real one: 0, or from 0.01 to 1. */
  readonly speed?: number;
  /** The password that clients must give with AUTH or HELLO. */
  readonly password?: string;
}

/** Checked options, with every default filled in. */
export interface ClusterPlan {
  readonly name: string;
  /** The nodes of a new cluster. An existing data folder has its own list. */
  readonly ids: readonly NodeId[];
  /**
   * True when the user chose the number of nodes. Data of a cluster with another number of nodes is
   * then refused.
   */
  readonly isSizeGiven: boolean;
  readonly port: number;
  readonly raftPort: number;
  /** Null when HTTP is off. */
  readonly httpPort: number | null;
  readonly transport: TransportKind;
  readonly dataDir: string | null;
  readonly follower: FollowerMode;
  readonly reads: ReadMode;
  readonly electionTimeoutMsMin: number;
  readonly electionTimeoutMsMax: number;
  readonly heartbeatIntervalMs: number;
  readonly fastFailover: boolean;
  readonly preVote: boolean;
  readonly checkQuorum: boolean;
  readonly maxMemoryBytes: number;
  readonly speed: number;
  readonly password: string | null;
}

export const nodesMax = 9;
const portMax = 65535;
const timeoutMsMax = 60_000;
const defaultPort = 5379;
const raftPortOffset = 10_000;

const defaults = {
  name: defaultClusterName,
  nodes: 3,
  port: defaultPort,
  httpPort: null,
  transport: 'message-port',
  dataDir: null,
  follower: 'error',
  reads: 'linearizable',
  electionTimeoutMs: [300, 600],
  heartbeatMs: 50,
  failover: 'timeout',
  preVote: true,
  checkQuorum: true,
  maxMemoryBytes: 512 * 1024 ** 2,
  speed: 1,
  password: null,
} as const;

/**
 * Checks options and fills in the defaults.
 * @throws {LetoError} LETO_BAD_OPTION, with the option's name and its allowed values
 */
export function planCluster(options: ClusterOptions): ClusterPlan {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const all = { ...defaults, ...(Object.fromEntries(given) as ClusterOptions) };
  const nodes = checkWholeNumber('nodes', all.nodes, 1, nodesMax);
  const [electionTimeoutMsMin, electionTimeoutMsMax] = all.electionTimeoutMs;
  const plan: ClusterPlan = {
    name: all.name,
    ids: Array.from({ length: nodes }, (_, at) => nodeId(`n${at + 1}`)),
    isSizeGiven: options.nodes !== undefined,
    port: checkPort('port', all.port, nodes),
    raftPort: toRaftPort(all, nodes),
    httpPort: all.httpPort === null ? null : checkPort('http port', all.httpPort, nodes),
    transport: checkOneOf('transport', all.transport, ['message-port', 'tcp']),
    dataDir: all.dataDir,
    follower: checkOneOf('follower', all.follower, ['error', 'moved', 'proxy']),
    reads: checkOneOf('reads', all.reads, ['linearizable', 'lease', 'local']),
    electionTimeoutMsMin: checkWholeNumber(
      'election timeout',
      electionTimeoutMsMin,
      1,
      timeoutMsMax,
    ),
    electionTimeoutMsMax: checkWholeNumber(
      'election timeout',
      electionTimeoutMsMax,
      2,
      timeoutMsMax,
    ),
    heartbeatIntervalMs: checkWholeNumber('heartbeat', all.heartbeatMs, 1, timeoutMsMax),
    fastFailover: checkOneOf('failover', all.failover, ['timeout', 'fast']) === 'fast',
    preVote: all.preVote,
    checkQuorum: all.checkQuorum,
    maxMemoryBytes: checkWholeNumber('max memory', all.maxMemoryBytes, 1, 2 ** 50),
    speed: all.speed,
    password: all.password,
  };
  checkName(plan.name);
  checkTimeouts(plan);
  checkPorts(plan);
  checkSpeed(plan.speed);
  if (plan.password === '') throw badOption('the password is empty');
  return plan;
}

function badOption(message: string): LetoError {
  return new LetoError('LETO_BAD_OPTION', message);
}

function checkWholeNumber(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw badOption(`${name} is ${value}; it must be a whole number from ${min} to ${max}`);
}

function checkOneOf<T extends string>(name: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  throw badOption(`${name} is ${value}; it must be one of ${allowed.join(', ')}`);
}

function checkPort(name: string, port: number, nodes: number): number {
  checkWholeNumber(name, port, 0, portMax);
  if (port === 0 || port + nodes - 1 <= portMax) return port;
  throw badOption(`${name} ${port} leaves no room for ${nodes} nodes; choose a lower one`);
}

function toRaftPort(
  options: Pick<ClusterOptions, 'transport' | 'raftPort'> & { readonly port: number },
  nodes: number,
): number {
  if (options.transport !== 'tcp') return 0;
  if (options.raftPort !== undefined) return checkPort('raft port', options.raftPort, nodes);
  if (options.port === 0) return 0;
  const derived = options.port + raftPortOffset;
  if (derived + nodes - 1 <= portMax) return derived;
  const highest = portMax - raftPortOffset - nodes + 1;
  throw badOption(
    `raft port is ${derived}, which is the port plus ${raftPortOffset}; choose a --raft-port from 0 ` +
      `to ${portMax}, or a port up to ${highest}`,
  );
}

/** Returns true when `text` may be the name of a cluster. */
export function isValidName(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(text);
}

/** @throws {LetoError} LETO_BAD_OPTION when `name` may not be the name of a cluster */
export function checkName(name: string): void {
  if (isValidName(name)) return;
  throw badOption(`the name "${name}" must consist of 1 to 64 letters, digits, - and _`);
}

function checkTimeouts(plan: ClusterPlan): void {
  const { electionTimeoutMsMin: min, electionTimeoutMsMax: max, heartbeatIntervalMs } = plan;
  if (min >= max) {
    throw badOption(
      `election timeout ${min}-${max}: the first number must be lower than the second`,
    );
  }
  if (2 * heartbeatIntervalMs <= min) return;
  throw badOption(
    `a heartbeat of ${heartbeatIntervalMs} ms needs an election timeout of at least ` +
      `${2 * heartbeatIntervalMs} ms, or followers would time out on a healthy leader`,
  );
}

function checkPorts({ port, raftPort, httpPort, ids }: ClusterPlan): void {
  checkNoOverlap(['RESP', port], ['raft', raftPort], ids.length);
  checkNoOverlap(['RESP', port], ['HTTP', httpPort ?? 0], ids.length);
  checkNoOverlap(['raft', raftPort], ['HTTP', httpPort ?? 0], ids.length);
}

type PortRange = readonly [name: string, first: number];

function checkNoOverlap(
  [name, first]: PortRange,
  [other, otherFirst]: PortRange,
  count: number,
): void {
  if (first === 0 || otherFirst === 0 || Math.abs(first - otherFirst) >= count) return;
  throw badOption(`${name} ports from ${first} and ${other} ports from ${otherFirst} overlap`);
}
