/**
 * Intents: everything that a user can do to a cluster, as data, with the command line that does the
 * same. cluster/supervisor.ts carries them out. Disk intents are in disk-intent.ts.
 */

import { LetoError, unreachable } from '../base/index.js';
import type { NodeId } from '../raft/index.js';
import type { DiskIntent } from './disk-intent.js';
import { type ClusterView, leaderOf } from './view.js';

/** Starts, ends, pauses or resumes nodes. */
export type NodeIntent =
  /** `target` is a node, `leader` or `all`. */
  | { readonly type: 'kill'; readonly target: string }
  /** `target` is a node or `leader`. A leader transfers its leadership first. */
  | { readonly type: 'stop'; readonly target: string }
  /** `target` is a node or `all`; `all` skips the nodes that run. */
  | { readonly type: 'restart'; readonly target: string }
  /** `target` is a node or `leader`. */
  | { readonly type: 'pause'; readonly target: string }
  /** `target` is a node or `all`; `all` skips the nodes that are not paused. */
  | { readonly type: 'resume'; readonly target: string };

/** Changes links, in both directions unless `oneWay`. */
export type LinkIntent =
  | { readonly type: 'cut'; readonly from: string; readonly to: string; readonly oneWay: boolean }
  /**
   * Cuts the links between groups and restores the cut ones inside each group. Unlisted nodes form
   * one more group.
   */
  | { readonly type: 'partition'; readonly groups: readonly (readonly string[])[] }
  /** `target` is a node or `leader`. Its links to and from all other nodes are cut. */
  | { readonly type: 'isolate'; readonly target: string }
  /** Removes the faults of all links, or of the one between two nodes. */
  | { readonly type: 'heal'; readonly between?: readonly [from: string, to: string] }
  /** Makes a link lossy or slow (see `LinkFault`); a cut link stays cut. */
  | {
      readonly type: 'link';
      readonly from: string;
      readonly to: string;
      readonly oneWay: boolean;
      readonly drop: number;
      readonly delayMs: number;
      readonly jitterMs: number;
    };

/** Changes the members of the cluster, its leader, or what its logs hold. */
export type MemberIntent =
  /** Adds a node. It becomes a voter once it has caught up, unless `learner` is set. */
  | { readonly type: 'add'; readonly learner: boolean }
  /** Makes a learner a voter. */
  | { readonly type: 'promote'; readonly target: string }
  /** `target` is a node or `leader`. Its data stays on disk, so that it can rejoin. */
  | { readonly type: 'remove'; readonly target: string }
  /** Transfers leadership to `target`. */
  | { readonly type: 'transfer'; readonly target: string }
  /** `target` is a node, `leader` or `all`. */
  | { readonly type: 'snapshot'; readonly target: string };

/** Controls the cluster's virtual time. */
export type TimeIntent =
  /** `factor` is virtual milliseconds per real one: 1 is real time, at 0 time is stopped. */
  | { readonly type: 'speed'; readonly factor: number }
  /** Releases the next `count` held events, one after the other, while time is stopped. */
  | { readonly type: 'step'; readonly count: number }
  /**
   * Makes the election timers of all followers expire at the same instant: now if there is no
   * leader, otherwise as soon as the leader is killed, paused or cut off.
   */
  | { readonly type: 'align' };

/** Anything that a user can do. Keys of the TUI, verbs and library calls all produce this form. */
export type Intent = NodeIntent | LinkIntent | DiskIntent | MemberIntent | TimeIntent;

export type TargetIntent = Extract<Intent, { readonly target: string }>;

/** The targets that an intent accepts besides a node's id. */
const groupTargets: Readonly<Record<TargetIntent['type'], readonly ('leader' | 'all')[]>> = {
  kill: ['leader', 'all'],
  stop: ['leader'],
  restart: ['all'],
  pause: ['leader'],
  resume: ['all'],
  isolate: ['leader'],
  promote: [],
  remove: ['leader'],
  transfer: [],
  snapshot: ['leader', 'all'],
  disk: [],
};

/** True for an intent whose nodes the user need not name: it takes `leader` or `all`, or adds one. */
export function mayLeaveNodesOpen(intent: Intent): boolean {
  return intent.type === 'add' || ('target' in intent && groupTargets[intent.type].length > 0);
}

/**
 * Returns the nodes that an intent applies to.
 * @throws {LetoError} LETO_NO_SUCH_NODE, also for `leader` while there is none
 */
export function resolveTarget(view: ClusterView, { type, target }: TargetIntent): NodeId[] {
  const groups = groupTargets[type];
  if (target === 'all' && groups.includes(target)) return view.nodes.map(({ id }) => id);
  if (target === 'leader' && groups.includes(target)) {
    const leader = leaderOf(view);
    if (leader) return [leader.id];
    throw new LetoError('LETO_NO_SUCH_NODE', 'there is no leader now; name a node, or try again');
  }
  return [resolveNode(view, target)];
}

/**
 * Returns the id of the node that is called `name`.
 * @throws {LetoError} LETO_NO_SUCH_NODE
 */
export function resolveNode(view: ClusterView, name: string): NodeId {
  const node = view.nodes.find(({ id }) => id === name);
  if (node) return node.id;
  const known = view.nodes.map(({ id }) => id).join(', ');
  throw new LetoError('LETO_NO_SUCH_NODE', `there is no node ${name}; the nodes are ${known}`);
}

/** Returns the command line that does the same. It is shown after an action, to teach the verbs. */
export function commandLineOf(intent: Intent, cluster: string): string {
  const name = cluster === defaultClusterName ? '' : ` --name ${cluster}`;
  return `leto-cluster${name} ${verbLineOf(intent)}`;
}

/** Returns the verb of an intent with its arguments, as in `cut n1 n2 --one-way`. */
export function verbLineOf(intent: Intent): string {
  switch (intent.type) {
    case 'heal':
      return ['heal', ...(intent.between ?? [])].join(' ');
    case 'align':
      return intent.type;
    case 'speed':
      return `speed ${intent.factor}`;
    case 'step':
      return intent.count === 1 ? 'step' : `step ${intent.count}`;
    case 'add':
      return intent.learner ? 'add --learner' : 'add';
    case 'cut':
      return `cut ${endsOf(intent)}`;
    case 'partition':
      return `partition ${intent.groups.map((group) => group.join(',')).join(' ')}`;
    case 'link':
      return `link ${endsOf(intent)}${faultFlagsOf(intent)}`;
    case 'disk': {
      const { target, fault } = intent;
      return `disk ${target} ${fault.type}${fault.type === 'slow' ? ` ${fault.delayMs}` : ''}`;
    }
    case 'kill':
    case 'stop':
    case 'restart':
    case 'pause':
    case 'resume':
    case 'isolate':
    case 'promote':
    case 'remove':
    case 'transfer':
    case 'snapshot':
      return `${intent.type} ${intent.target}`;
    default:
      return unreachable(intent);
  }
}

function endsOf({ from, to, oneWay }: Extract<LinkIntent, { readonly from: string }>): string {
  return `${from} ${to}${oneWay ? ' --one-way' : ''}`;
}

function faultFlagsOf(intent: Extract<LinkIntent, { readonly type: 'link' }>): string {
  const { drop, delayMs, jitterMs } = intent;
  const flags = { drop, delay: delayMs, jitter: jitterMs };
  const given = Object.entries(flags).filter(([, value]) => value > 0);
  return given.map(([flag, value]) => ` --${flag} ${value}`).join('');
}

export const defaultClusterName = 'default';
