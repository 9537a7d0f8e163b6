import { present } from '../../src/base/assert.js';
import { findCommand } from '../../src/kv/index.js';
import { majority } from '../../src/raft/quorum.js';
import { isSameState } from './checkers/state-machine.js';
import type { SimNode } from './node.js';
import type { Operation } from './operation.js';
import { violate } from './violation.js';
import { leaderOf } from './workload.js';
import type { World } from './world.js';

/** Election timeouts until there must be a leader, and all must have caught up. */
const electionsMax = 20;
/** Virtual milliseconds for each entry that a node may lack: tiny limits send one at a time. */
const catchUpMs = 20;
/** Runs that a partial partition comes before the last heal in. */
const partialShare = 0.2;
const eventsMax = 200_000;

/** Makes room for the last write, where memory is full. */
const flush = { spec: present(findCommand('flushall'), 'FLUSHALL'), args: [] };
const set = { spec: present(findCommand('set'), 'SET'), args: ['last', 'word'] };
const get = { spec: present(findCommand('get'), 'GET'), args: ['last'] };

/**
 * The second half of a run: all faults end, and then a leader is elected, everybody gets to the
 * same state, every request has its answer, and a new write is read back at every node.
 */
export function converge(world: World): void {
  world.calm();
  const { electionTimeoutMsMax, requestTimeoutMs } = world.settings.replica;
  const logs = world.nodes.map(
    ({ replica, disk }) => replica?.raft.log.lastIndex ?? disk.lastIndex,
  );
  const limitMs = electionTimeoutMsMax * electionsMax + Math.max(...logs) * catchUpMs;
  if (world.prng.chance(partialShare)) serveInPartialPartition(world, limitMs);
  runUntil(world, limitMs, 'all nodes are at the same state', () => isConverged(world));
  runUntil(world, requestTimeoutMs * 2 + limitMs, 'every request is answered', () =>
    world.nodes.every((node) => node.openOperations.size === 0),
  );
  ask(world, limitMs, () => leaderOf(world.nodes), flush, 'FLUSHALL at the leader');
  const write = ask(world, limitMs, () => leaderOf(world.nodes), set, 'SET at the leader');
  for (const node of world.nodes) {
    const read = ask(world, limitMs, () => node, get, `GET at ${node.id}`);
    const isRight = read.outcome?.type === 'bulk' && read.outcome.bytes === set.args[1];
    if (!isRight) violate('convergence', `${node.id} does not give back the last write`);
  }
  runUntil(world, limitMs, 'all nodes have the last write', () => isConverged(world));
  if (world.checkers.committed.at(write.index)?.entry.term !== write.term) {
    violate('convergence', 'the last write is not where it was put');
  }
  world.checkers.checkWhole(world.nodes);
}

/**
 * Some links stay cut, in one direction or both, but a majority is whole: with PreVote (9.6) and
 * CheckQuorum (6.2) the others can't keep it from serving.
 */
function serveInPartialPartition(world: World, limitMs: number): void {
  const { prng, network, nodes, settings } = world;
  const { preVote, checkQuorum } = settings.replica;
  if (!preVote || !checkQuorum || settings.mixesPreVote) return;
  const order = prng.shuffle(nodes.map((node) => node.index));
  const core = new Set(order.slice(0, majority(nodes.length)));
  network.cutWhere((from, to) => !(core.has(from) && core.has(to)) && prng.chance(0.5));
  ask(world, limitMs, () => leaderOf(nodes), flush, 'FLUSHALL in a partial partition');
  network.heal();
}

/**
 * Asks until the answer is one: messages of before the calm may still unseat a leader, and what is
 * asked here may happen twice.
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
    runUntil(world, untilMs, `${what} is tried again`, () => world.nowMs >= againAtMs);
  }
}

function runUntil(world: World, limitMs: number, what: string, isDone: () => boolean): void {
  const deadlineMs = world.nowMs + limitMs;
  for (let events = 0; !isDone(); events += 1) {
    if (world.nowMs > deadlineMs || events > eventsMax) {
      violate('convergence', `not within ${Math.round(limitMs)} ms after all faults: ${what}`);
    }
    world.advance();
  }
}

function isConverged({ nodes }: World): boolean {
  const leader = leaderOf(nodes)?.replica;
  if (!leader) return false;
  const { commitIndex, log, leadership } = leader.raft;
  if (commitIndex !== log.lastIndex || commitIndex < (leadership?.noopIndex ?? 0)) return false;
  for (const { replica } of nodes) {
    if (!replica || replica.raft.commitIndex !== commitIndex) return false;
    if (replica.raft.log.lastIndex !== commitIndex) return false;
    if (replica.raft.lastApplied !== commitIndex) return false;
    if (!isSameState(replica.machine, leader.machine)) return false;
  }
  return true;
}
