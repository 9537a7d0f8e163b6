/** Draws everything that a seed decides before its first step. */

import type { Prng } from '../../src/base/prng.js';
import { sessionTtlMs } from '../../src/kv/sessions.js';
import type { RaftOptions } from '../../src/raft/index.js';
import type { ReplicaOptions } from '../../src/replica/index.js';

/** The settings of a simulation. Times are in virtual milliseconds. */
export interface Settings {
  /** The number of voters at the start. */
  readonly voterCount: number;
  /** The number of nodes including those that start outside the cluster. */
  readonly nodeCount: number;
  /** True when every second node has the opposite `preVote`, as during a change of the options. */
  readonly mixesPreVote: boolean;
  readonly replica: Omit<ReplicaOptions, 'id' | 'prngSeed'>;
  readonly driver: DriverSettings;
  readonly network: NetworkSettings;
  readonly disk: DiskSettings;
  readonly workload: WorkloadSettings;
  readonly operators: OperatorSettings;
  readonly faults: FaultSettings;
}

/** How inputs gather before a node handles them, as in the queue of a real driver. */
export interface DriverSettings {
  /** How likely a node is busy for a while after a step, so that inputs gather. */
  readonly busyChance: number;
  readonly busyMsMax: number;
  /** True when a turn takes all effects that are ready; false when inputs may come in between. */
  readonly drainsEffects: boolean;
  readonly tickMsMax: number;
  /** Clocks are fast or slow by up to this share. */
  readonly clockDriftMax: number;
}

export interface NetworkSettings {
  readonly delayMsMin: number;
  readonly delayMsMean: number;
  readonly dropChance: number;
  readonly duplicateChance: number;
  /** True when messages on a link keep their order, as on a connection. */
  readonly keepsOrder: boolean;
  /** How likely a message arrives long after the others. */
  readonly lateChance: number;
  readonly lateMsMax: number;
}

export interface DiskSettings {
  readonly writeMsMin: number;
  readonly writeMsMean: number;
}

export interface WorkloadSettings {
  readonly clientCount: number;
  readonly keyCount: number;
  readonly thinkMsMean: number;
  readonly pipelineMax: number;
  readonly readShare: number;
  /** How likely a client connects to a leader. */
  readonly findsLeaderChance: number;
  readonly leaseShare: number;
  readonly localShare: number;
  readonly largeValueChance: number;
  /** How likely an acknowledged write is read at another node at once. */
  readonly echoChance: number;
  /** The number of clients with a session, which repeat a write until they know the outcome. */
  readonly sessionCount: number;
}

export type AdminKind = 'snapshot' | 'transfer' | 'membership';

export interface OperatorSettings {
  readonly kinds: readonly AdminKind[];
  readonly everyMsMean: number;
}

export type FaultKind =
  | 'crash'
  | 'crashInStep'
  | 'crashAtInstall'
  | 'leaveBehind'
  | 'wipe'
  | 'crashAll'
  | 'pause'
  | 'partition'
  | 'isolate'
  | 'depose'
  | 'oneWay'
  | 'bridge'
  | 'clog'
  | 'electDuringLease'
  | 'transferAndCut'
  | 'electAtLeaseEnd'
  | 'lateTimeoutNow'
  | 'heal'
  | 'slowDisk'
  | 'clockJump'
  | 'peerLost';

export interface FaultSettings {
  readonly kinds: readonly FaultKind[];
  readonly everyMsMean: number;
  /** The longest time that a node stays dead, or that a pause or a clogged link lasts. */
  readonly lastsMsMax: number;
  readonly electionMsMax: number;
  /** The longest jump of a clock. */
  readonly jumpMsMax: number;
}

const faultKinds: readonly FaultKind[] = [
  'crash',
  'crashInStep',
  'crashAtInstall',
  'leaveBehind',
  'crashAll',
  'pause',
  'partition',
  'isolate',
  'depose',
  'oneWay',
  'bridge',
  'clog',
  'electDuringLease',
  'transferAndCut',
  'slowDisk',
  'peerLost',
];

const adminKinds: readonly AdminKind[] = ['snapshot', 'transfer', 'membership'];

/** The most nodes, inside and outside the cluster. */
const nodesMax = 7;

/** Calm seeds test the paths of a busy cluster, brutal ones those of a failing cluster. */
type Weather = 'calm' | 'rough' | 'brutal';

export function drawSettings(prng: Prng): Settings {
  const weather = prng.pick<Weather>(['calm', 'rough', 'rough', 'rough', 'brutal']);
  const electionMsMin = prng.pick([40, 80, 150]);
  const heartbeatMs = Math.round(electionMsMin / prng.pick([3, 5, 8]));
  const replica = drawReplica(prng, electionMsMin, heartbeatMs);
  const operators = drawOperators(prng, replica.electionTimeoutMsMax);
  const changesMembers = operators.kinds.includes('membership');
  const voterCount = prng.pick([1, 2, 3, 3, 3, 3, 3, 4, 5, 5, 5]);
  const nodeCount = changesMembers ? Math.min(voterCount + prng.below(4), nodesMax) : voterCount;
  const faults = drawFaults(prng, weather, changesMembers, replica.electionTimeoutMsMax);
  return {
    voterCount,
    nodeCount,
    mixesPreVote: prng.chance(0.1),
    replica,
    driver: {
      busyChance: prng.pick([0, 0.1, 0.4]),
      busyMsMax: heartbeatMs * prng.pick([0.1, 0.5, 1]),
      drainsEffects: prng.chance(0.5),
      tickMsMax: heartbeatMs * prng.pick([0.1, 0.4, 1]),
      clockDriftMax: prng.pick([0, 0.01, 0.03]),
    },
    network: drawNetwork(prng, weather, heartbeatMs, replica.electionTimeoutMsMax),
    disk: {
      writeMsMin: heartbeatMs * 0.01,
      writeMsMean: heartbeatMs * prng.pick([0.02, 0.1, 0.3, 0.8]),
    },
    workload: drawWorkload(prng, heartbeatMs, faults),
    operators,
    faults,
  };
}

/**
 * Draws how commands are cut into entries, and how much is sent at a time. The draws have a generator of
 * their own, so that older seeds keep the rest of their settings.
 */
export function withParts(settings: Settings, prng: Prng): Settings {
  const rarely = rareDraw(prng, 0.25);
  const commandBytesPerEntryMax = rarely(settings.replica.commandBytesPerEntryMax, [4, 20, 100]);
  const sendBytesPerTurnMax = rarely(settings.replica.sendBytesPerTurnMax, [1, 300]);
  const snapshotChunksInflightMax = rarely(settings.replica.snapshotChunksInflightMax, [1, 3]);
  const drawn = { commandBytesPerEntryMax, sendBytesPerTurnMax, snapshotChunksInflightMax };
  return { ...settings, replica: { ...settings.replica, ...drawn } };
}

/** Adds faults that are aimed at leases and transfers. They too have a generator of their own. */
export function withAimedFaults(settings: Settings, prng: Prng): Settings {
  const aimed: FaultKind[] = ['electAtLeaseEnd', 'lateTimeoutNow'];
  const kinds = [...settings.faults.kinds, ...aimed.filter(() => prng.chance(0.2))];
  return { ...settings, faults: { ...settings.faults, kinds } };
}

/** The drift at which the margin of a lease is nearly used up. */
const leaseDriftMax = 0.09;

/** Lets clocks drift as far as leases allow, while a fault is aimed at their end. */
export function withDrift(settings: Settings): Settings {
  if (!settings.faults.kinds.includes('electAtLeaseEnd')) return settings;
  return { ...settings, driver: { ...settings.driver, clockDriftMax: leaseDriftMax } };
}

/** Returns a function that draws the usual value, or sometimes one of the others. */
function rareDraw(prng: Prng, otherChance: number): <T>(usual: T, others: readonly T[]) => T {
  return (usual, others) => (prng.chance(1 - otherChance) ? usual : prng.pick(others));
}

/** Draws options. Each is its usual value or a tiny one, since tiny limits cause rare events. */
function drawReplica(
  prng: Prng,
  electionTimeoutMsMin: number,
  heartbeatIntervalMs: number,
): Settings['replica'] {
  const rarely = rareDraw(prng, 0.4);
  const electionTimeoutMsMax = Math.round(electionTimeoutMsMin * prng.pick([1.5, 2, 3]));
  const limits: Omit<RaftOptions, 'id' | 'prngSeed' | keyof Timing> = {
    preVote: prng.chance(0.8),
    checkQuorum: prng.chance(0.7),
    fastFailover: prng.chance(0.25),
    appendBytesMax: rarely(256 * 1024, [1, 100, 300]),
    commandBytesPerEntryMax: 256 * 1024,
    sendBytesPerTurnMax: 2 * 1024 * 1024,
    inflightMessagesMax: rarely(64, [1, 2, 3]),
    inflightBytesMax: rarely(8 * 1024 * 1024, [1, 200]),
    persistBytesMax: rarely(4 * 1024 * 1024, [1, 100]),
    applyEntriesMax: rarely(1024, [1, 2]),
    trailingBytesMax: prng.pick([0, 0, 100, 1000]),
    snapshotChunkBytesMax: prng.pick([16, 100, 1000]),
    snapshotChunksInflightMax: 32,
    logBytesMax: 1024 * 1024,
    promotionLagEntriesMax: prng.pick([0, 3, 100]),
    uncommittedBytesMax: rarely(128 * 1024 * 1024, [60, 300, 1000]),
    readsWaitingMax: rarely(4096, [1, 3]),
    outboxMessagesMax: rarely(4096, [24, 64]),
  };
  return {
    ...limits,
    electionTimeoutMsMin,
    electionTimeoutMsMax,
    heartbeatIntervalMs,
    requestTimeoutMs: electionTimeoutMsMax * prng.pick([1, 2, 4]),
    adminTimeoutMs: electionTimeoutMsMax * prng.pick([1, 4, 12]),
    snapshotLogBytesMin: prng.pick([1, 200, 2000, 64 * 1024 * 1024]),
    snapshotLogEntriesMin: prng.pick([3, 8, 20, 50, 500_000]),
    maxMemoryBytes: rarely(512 * 1024 * 1024, [150, 400]),
  };
}

interface Timing {
  electionTimeoutMsMin: unknown;
  electionTimeoutMsMax: unknown;
  heartbeatIntervalMs: unknown;
}

function drawNetwork(
  prng: Prng,
  weather: Weather,
  heartbeatMs: number,
  electionMsMax: number,
): NetworkSettings {
  const isCalm = weather === 'calm';
  const isBrutal = weather === 'brutal';
  return {
    delayMsMin: heartbeatMs * 0.01,
    delayMsMean: heartbeatMs * prng.pick(isBrutal ? [0.05, 0.2, 0.6] : [0.02, 0.1, 0.3]),
    dropChance: isCalm ? 0 : prng.pick(isBrutal ? [0.05, 0.15, 0.3] : [0, 0.01, 0.05]),
    duplicateChance: isCalm ? 0 : prng.pick(isBrutal ? [0, 0.1, 0.3] : [0, 0.02, 0.1]),
    keepsOrder: prng.chance(isBrutal ? 0.2 : 0.5),
    lateChance: isCalm ? 0 : prng.pick([0, 0.005, 0.03]),
    lateMsMax: electionMsMax * prng.pick([0.3, 1, 4]),
  };
}

function drawWorkload(prng: Prng, heartbeatMs: number, { kinds }: FaultSettings): WorkloadSettings {
  const clientCount = prng.between(1, 6);
  return {
    clientCount,
    keyCount: prng.between(1, 5),
    thinkMsMean: heartbeatMs * prng.pick([0.7, 2, 5]),
    pipelineMax: prng.pick([1, 2, 5]),
    readShare: prng.pick([0.2, 0.4, 0.6]),
    findsLeaderChance: prng.pick([0.3, 0.6, 0.9]),
    // Leases rely on clocks that run at about the same speed (6.4.1).
    leaseShare: kinds.includes('clockJump') ? 0 : prng.pick([0.1, 0.4, 0.8]),
    localShare: prng.pick([0, 0.1]),
    largeValueChance: prng.pick([0, 0.1]),
    echoChance: prng.pick([0.1, 0.3, 0.6]),
    sessionCount: prng.pick([0, 0, Math.ceil(clientCount / 2), clientCount]),
  };
}

function drawOperators(prng: Prng, electionMsMax: number): OperatorSettings {
  const kinds = adminKinds.filter(() => prng.chance(0.6));
  return { kinds, everyMsMean: electionMsMax * prng.pick([0.3, 1, 3]) };
}

function drawFaults(
  prng: Prng,
  weather: Weather,
  changesMembers: boolean,
  electionMsMax: number,
): FaultSettings {
  return {
    kinds: drawFaultKinds(prng, weather, changesMembers),
    everyMsMean: electionMsMax * prng.pick([0.15, 0.5, 1.5]),
    electionMsMax,
    lastsMsMax: electionMsMax * prng.pick([0.1, 0.5, 1.5, 4]),
    jumpMsMax: prng.pick([electionMsMax, electionMsMax * 10, sessionTtlMs * 1.5]),
  };
}

/** Leaves some kinds out of each seed (swarm testing), so that the others also occur alone. */
function drawFaultKinds(prng: Prng, weather: Weather, changesMembers: boolean): FaultKind[] {
  const share = { calm: 0.2, rough: 0.4, brutal: 0.7 }[weather];
  if (prng.chance(0.25)) return [prng.pick(faultKinds), 'heal'];
  const kinds = faultKinds.filter(() => prng.chance(share));
  if (kinds.length === 0) kinds.push(prng.pick(faultKinds));
  if (changesMembers && prng.chance(0.7)) kinds.push('wipe');
  if (prng.chance(0.2)) kinds.push('clockJump');
  return [...kinds, 'heal'];
}
