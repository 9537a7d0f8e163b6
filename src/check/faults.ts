import type { Prng } from '../base/index.js';
import type { Intent, Status } from '../control/index.js';

/** A fault, and what takes it away again; null for what passes by itself. */
interface FaultInjection {
  readonly intent: Intent;
  readonly undo: Intent | null;
}

/** Null where it can't strike as the cluster stands. */
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

/** Members that are added at most beside those that there are. */
const membersMax = 7;

/**
 * Each by its name in `--faults`. Raft must stand all of them; a disk that lies, or whose node it
 * brings down, is none.
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

/** Those of a run that asks for no others. */
export const defaultFaults: readonly FaultName[] = ['kill', 'pause', 'partition', 'link'];

function injectionOf(intent: Intent, undo: Intent | null): FaultInjection {
  return { intent, undo };
}

/** Every other time the leader, which has most to lose. */
function drawNode(prng: Prng, { nodes, leader }: Status): string | null {
  const running = nodes.filter(({ state }) => state === 'running').map(({ id }) => id);
  if (running.length === 0) return null;
  return leader !== null && prng.chance(0.5) ? leader : prng.pick(running);
}

/** Who comes next when a node is added. */
function nextFreeNodeId({ nodes }: Status): string | null {
  const ids = nodes.map(({ id }) => id);
  for (let number = 1; number <= membersMax; number += 1) {
    if (!ids.includes(`n${number}`)) return `n${number}`;
  }
  return null;
}

/** A link both of whose nodes are there, or may come back. */
function drawEnds(prng: Prng, { nodes }: Status): { from: string; to: string } | null {
  const [from, to] = prng.shuffle(nodes.map(({ id }) => id));
  return from === undefined || to === undefined ? null : { from, to };
}

/** One node alone, two groups, or a single link one way. */
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
