/**
 * The second half of a simulation: all faults end, and the cluster must recover. A leader is
 * elected, all members reach the same state, every request is answered, and writes work again.
 */

import { assertPresent } from '../../src/base/assert.js';
import { findCommand } from '../../src/kv/index.js';
import { majority } from '../../src/raft/quorum.js';
import { isSameConfiguration } from './checkers/memberships.js';
import { isSameState } from './checkers/state-machine.js';
import { noMembers, type SimNode } from './node.js';
import type { Operation } from './operation.js';
import { violate } from './violation.js';
import { leaderOf } from './workload.js';
import type { World } from './world.js';

/** The number of election timeouts within which a leader must exist and all must have caught up. */
const electionsMax = 20;
/**
 * Virtual ms allowed per entry that a node may lack, since tiny limits send one entry at a time.
 */
const catchUpMs = 20;
/** The share of runs in which a partial partition precedes the last heal. */
const partialShare = 0.2;
/** After so many events a run is stuck. Sending entry by entry to slow disks stays far below. */
const eventsMax = 2_000_000;

/** Frees memory for the last write. */
const flush = { spec: assertPresent(findCommand('flushall'), 'FLUSHALL'), args: [] };
const set = { spec: assertPresent(findCommand('set'), 'SET'), args: ['last', 'word'] };
const expire = { spec: assertPresent(findCommand('pexpire'), 'PEXPIRE'), args: ['last', '10'] };
const get = { spec: assertPresent(findCommand('get'), 'GET'), args: ['last'] };

/** @throws {Violation} of `convergence`, when the cluster does not recover in time */
export function converge(world: World): void {
  world.calm();
  const limitMs = limitOf(world);
  if (world.prng.chance(partialShare)) serveInPartialPartition(world, limitMs);
  const { requestTimeoutMs, adminTimeoutMs } = world.settings.replica;
  runUntil(world, limitMs, 'all members are at the same state', () => isConverged(world));
  runUntil(world, requestTimeoutMs * 2 + limitMs, 'every request is answered', () =>
    world.nodes.every((node) => node.openOperations.size === 0),
  );
  runUntil(world, adminTimeoutMs + limitMs, 'every admin command is answered', () =>
    world.nodes.every((node) => node.openAdminRequests.size === 0),
  );
  ask(world, limitMs, () => leaderOf(world.nodes), flush, 'FLUSHALL at the leader');
  const write = ask(world, limitMs, () => leaderOf(world.nodes), set, 'SET at the leader');
  for (const node of membersOf(world)) {
    const read = ask(world, limitMs, () => node, get, `GET at ${node.id}`);
    const isRight = read.outcome?.type === 'bulk' && read.outcome.bytes === set.args[1];
    if (!isRight) violate('convergence', `${node.id} does not return the last write`);
  }
  runUntil(world, limitMs, 'all members have the last write', () => isConverged(world));
  ask(world, limitMs, () => leaderOf(world.nodes), expire, 'PEXPIRE at the leader');
  runUntil(world, limitMs, 'the key expires at all members without further writes', () =>
    membersOf(world).every(({ replica }) => replica?.machine.store.has('last') === false),
  );
  if (world.checkers.committed.at(write.index)?.entry.term !== write.term) {
    violate('convergence', 'the last write is not at its index');
  }
  world.checkers.checkWhole(world.nodes);
}

/**
 * Allows for elections, for sending the longest log and the snapshot in the smallest pieces, and for
 * what slow disks have begun.
 */
function limitOf({ nowMs, nodes, settings, checkers: { committed } }: World): number {
  const { electionTimeoutMsMax, snapshotChunkBytesMax } = settings.replica;
  const logs = nodes.map(({ replica, disk }) => replica?.raftState.log.lastIndex ?? disk.lastIndex);
  const usedBytes = committed.machineAt(committed.lastIndex)?.store.usedBytes ?? 0;
  const pieces = Math.max(...logs) + usedBytes / snapshotChunkBytesMax;
  const diskMs = Math.max(0, ...nodes.map(({ diskBusyUntilMs }) => diskBusyUntilMs - nowMs));
  return electionTimeoutMsMax * electionsMax + pieces * catchUpMs + diskMs;
}

/** Returns the nodes of the latest committed configuration. */
function membersOf({ nodes, checkers: { committed } }: World): SimNode[] {
  const { voters, learners } = committed.configuration;
  return nodes.filter(({ id }) => voters.includes(id) || learners.includes(id));
}

/**
 * Cuts random links, in one direction or both, but none within a majority. With PreVote (9.6) and
 * CheckQuorum (6.2) the other nodes cannot keep that majority from serving.
 */
function serveInPartialPartition(world: World, limitMs: number): void {
  const { prng, nodes, network, settings } = world;
  const { preVote, checkQuorum } = settings.replica;
  if (!preVote || !checkQuorum || settings.mixesPreVote || areMembersUnsettled(world)) return;
  const { voters } = world.checkers.committed.configuration;
  const shuffled = prng.shuffle(nodes.filter(({ id }) => voters.includes(id)));
  const core = new Set(shuffled.slice(0, majority(voters.length)).map((node) => node.index));
  network.cutWhere((from, to) => !(core.has(from) && core.has(to)) && prng.chance(0.5));
  ask(world, limitMs, () => leaderOf(nodes), flush, 'FLUSHALL in a partial partition');
  network.heal();
}

/** Returns whether some node lacks the committed configuration, or a change may still happen. */
function areMembersUnsettled({ nodes, checkers: { committed } }: World): boolean {
  return nodes.some(({ replica, openAdminRequests: openOrders }) => {
    const configuration = replica?.raftState.configuration ?? noMembers;
    const isSettled =
      configuration.voters.length === 0 ||
      isSameConfiguration(configuration, committed.configuration);
    return !isSettled || openOrders.size > 0;
  });
}

/**
 * Sends a command until it succeeds, since older messages may still depose a leader. The command
 * may take effect twice.
 */
function ask(
  world: World,
  limitMs: number,
  nodeOf: () => SimNode | null,
  command: Operation['command'],
  what: string,
): Operation {
  const deadlineMs = world.nowMs + limitMs;
  for (;;) {
    const node = nodeOf() ?? (world.nodes[0] as SimNode);
    const operation = world.send(node, command, 'linearizable');
    const untilMs = deadlineMs - world.nowMs;
    runUntil(world, untilMs, `${what} is answered`, () => operation.status !== 'open');
    if (operation.status === 'done') return operation;
    const waitMs = world.settings.replica.heartbeatIntervalMs;
    const againAtMs = world.nowMs + waitMs;
    runUntil(world, untilMs, `${what} is repeated`, () => world.nowMs >= againAtMs);
  }
}

function runUntil(world: World, limitMs: number, what: string, isDone: () => boolean): void {
  const deadlineMs = world.nowMs + limitMs;
  for (let events = 0; !isDone(); events += 1) {
    if (world.nowMs > deadlineMs || events > eventsMax) {
      violate('convergence', `not within ${Math.round(limitMs)} ms after the last fault: ${what}`);
    }
    if (events % 100 === 0) stopDisturbers(world);
    world.advance();
  }
}

/**
 * Stops nodes that were removed but may not know it and campaign. Without PreVote and CheckQuorum
 * nothing prevents them from disrupting the cluster (4.2.3). They restart when they are added
 * again.
 */
function stopDisturbers(world: World): void {
  const { preVote, checkQuorum } = world.settings.replica;
  if (checkQuorum || (preVote && !world.settings.mixesPreVote)) return;
  for (const node of world.nodes) {
    if (world.checkers.committed.isOutside(node)) world.stop(node);
    else world.revive(node);
  }
}

function isConverged(world: World): boolean {
  const leader = leaderOf(world.nodes)?.replica;
  if (!leader) return false;
  const { commitIndex, log, leadership } = leader.raftState;
  if (commitIndex !== log.lastIndex || commitIndex < (leadership?.noopIndex ?? 0)) return false;
  for (const { replica } of membersOf(world)) {
    if (!replica || replica.raftState.commitIndex !== commitIndex) return false;
    if (replica.raftState.log.lastIndex !== commitIndex) return false;
    if (replica.raftState.lastApplied !== commitIndex) return false;
    if (!isSameState(replica.machine, leader.machine)) return false;
  }
  return true;
}
