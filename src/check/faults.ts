/**
 * The faults that `check` injects, each as a random intent with the intent that undoes it.
 * fault-runner.ts decides when.
 */

import type { Prng } from '../base/index.js';
import type { Intent, Status } from '../control/index.js';

/** A fault and the intent that undoes it; null when the fault passes by itself. */
interface FaultInjection {
  readonly intent: Intent;
  readonly undo: Intent | null;
}

/** Returns null when the fault is not possible in the current state of the cluster. */
type FaultGenerator = (prng: Prng, status: Status) => FaultInjection | null;

export type FaultName =
  | 'kill'
  | 'stop'
  | 'pause'
  | 'partition'
  | 'link'
  | 'disk'
  | 'transfer'
  | 'snapshot'
  | 'member';

/** No node is added beyond this number of members. */
const membersMax = 7;

/**
 * The faults by their names in `--faults`. Raft must survive all of them. That excludes disks that
 * lie, and disk errors that stop the node.
 */
export const faultGenerators: Readonly<Record<FaultName, FaultGenerator>> = {
  kill: (prng, status) => {
    const target = prng.chance(0.1) ? 'all' : drawNode(prng, status);
    return target === null
      ? null
      : injectionOf({ type: 'kill', target }, { type: 'restart', target });
  },
  stop: (prng, status) => {
    const target = drawNode(prng, status);
    return target === null
      ? null
      : injectionOf({ type: 'stop', target }, { type: 'restart', target });
  },
  pause: (prng, status) => {
    const target = drawNode(prng, status);
    return target === null
      ? null
      : injectionOf({ type: 'pause', target }, { type: 'resume', target });
  },
  partition: (prng, status) => {
    const intent = drawPartition(prng, status);
    return intent === null ? null : injectionOf(intent, { type: 'heal' });
  },
  link: (prng, status) => {
    const ends = drawEnds(prng, status);
    if (ends === null) return null;
    const link = { type: 'link', ...ends, oneWay: prng.chance(0.5) } as const;
    const drop = prng.pick([0, 0.1, 0.5]);
    const delayMs = prng.below(50);
    const jitterMs = prng.below(50);
    return injectionOf(
      { ...link, drop, delayMs, jitterMs },
      { ...link, drop: 0, delayMs: 0, jitterMs: 0 },
    );
  },
  disk: (prng, status) => {
    const target = drawNode(prng, status);
    if (target === null) return null;
    const slow = { type: 'slow', delayMs: prng.between(10, 300) } as const;
    return injectionOf(
      { type: 'disk', target, fault: slow },
      { type: 'disk', target, fault: { type: 'ok' } },
    );
  },
  transfer: (prng, status) => {
    const target = drawNode(prng, { ...status, leader: null });
    return target === null ? null : injectionOf({ type: 'transfer', target }, null);
  },
  snapshot: (prng, status) => {
    const target = drawNode(prng, status);
    return target === null ? null : injectionOf({ type: 'snapshot', target }, null);
  },
  member: (prng, status) => {
    const add = { type: 'add', learner: false } as const;
    if (prng.chance(0.5)) {
      const target = nextFreeNodeId(status);
      return target === null ? null : injectionOf(add, { type: 'remove', target });
    }
    const target = status.nodes.length < 3 ? null : drawNode(prng, status);
    return target === null ? null : injectionOf({ type: 'remove', target }, add);
  },
};

export const faultNames = Object.keys(faultGenerators) as FaultName[];

/** The faults of a run without `--faults`. */
export const defaultFaults: readonly FaultName[] = ['kill', 'pause', 'partition', 'link'];

function injectionOf(intent: Intent, undo: Intent | null): FaultInjection {
  return { intent, undo };
}

/** Picks the leader half of the time, since its failure is the hardest to survive. */
function drawNode(prng: Prng, { nodes, leader }: Status): string | null {
  const running = nodes.filter(({ state }) => state === 'running').map(({ id }) => id);
  if (running.length === 0) return null;
  return leader !== null && prng.chance(0.5) ? leader : prng.pick(running);
}

/** Returns the id that the next added node gets, or null at the maximum. */
function nextFreeNodeId({ nodes }: Status): string | null {
  const ids = nodes.map(({ id }) => id);
  for (let number = 1; number <= membersMax; number += 1) {
    if (!ids.includes(`n${number}`)) return `n${number}`;
  }
  return null;
}

/** Draws two different nodes, running or not. */
function drawEnds(prng: Prng, { nodes }: Status): { from: string; to: string } | null {
  const [from, to] = prng.shuffle(nodes.map(({ id }) => id));
  return from === undefined || to === undefined ? null : { from, to };
}

/** Draws an isolated node, a split into two groups, or one link cut one way. */
function drawPartition(prng: Prng, status: Status): Intent | null {
  const shape = prng.pick(['isolate', 'partition', 'cut'] as const);
  const target = drawNode(prng, status);
  const ends = drawEnds(prng, status);
  if (target === null || ends === null) return null;
  if (shape === 'isolate') return { type: shape, target };
  if (shape === 'cut') return { type: shape, ...ends, oneWay: true };
  const ids = prng.shuffle(status.nodes.map(({ id }) => id));
  const size = prng.between(1, ids.length);
  return { type: shape, groups: [ids.slice(0, size), ids.slice(size)] };
}
