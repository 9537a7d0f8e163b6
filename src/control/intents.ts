import { LetoError, unreachable } from '../base/index.js';
import type { NodeId } from '../raft/index.js';
import type { DiskIntent } from './disk-intent.js';
import { type ClusterView, leaderOf } from './view.js';

/** What a user wants done to nodes. */
export type NodeIntent =
  /** `target` is a node, `leader` or `all`. */
  | { readonly type: 'kill'; readonly target: string }
  /** `target` is a node or `leader`; a leader hands over first. */
  | { readonly type: 'stop'; readonly target: string }
  /** `target` is a node or `all`; a node that runs is left alone when all are meant. */
  | { readonly type: 'restart'; readonly target: string }
  /** `target` is a node or `leader`. */
  | { readonly type: 'pause'; readonly target: string }
  /** `target` is a node or `all`; a node that is not paused is left alone when all are meant. */
  | { readonly type: 'resume'; readonly target: string };

/** What a user wants done to links, both ways unless `oneWay`. */
export type LinkIntent =
  | { readonly type: 'cut'; readonly from: string; readonly to: string; readonly oneWay: boolean }
  /**
   * Nodes hear only those of their own group, and those again. Nodes that are in no group are one
   * more group.
   */
  | { readonly type: 'partition'; readonly groups: readonly (readonly string[])[] }
  /** `target` is a node or `leader`; it is cut from all others. */
  | { readonly type: 'isolate'; readonly target: string }
  /** All links, or the one between two nodes. */
  | { readonly type: 'heal'; readonly between?: readonly [from: string, to: string] }
  /** Lossy or slow, as `LinkFault` has it; a cut link stays cut. */
  | {
      readonly type: 'link';
      readonly from: string;
      readonly to: string;
      readonly oneWay: boolean;
      readonly drop: number;
      readonly delayMs: number;
      readonly jitterMs: number;
    };

/** What a user wants of Raft itself. */
export type MemberIntent =
  /** A new node, which becomes a voter once it has caught up, unless it is to stay a learner. */
  | { readonly type: 'add'; readonly learner: boolean }
  /** A learner. */
  | { readonly type: 'promote'; readonly target: string }
  /** `target` is a node or `leader`; its data stay, for its return. */
  | { readonly type: 'remove'; readonly target: string }
  /** Leadership goes to that node. */
  | { readonly type: 'transfer'; readonly target: string }
  /** `target` is a node or `all`. */
  | { readonly type: 'snapshot'; readonly target: string };

/** What a user wants of the cluster's time. */
export type TimeIntent =
  /** Virtual milliseconds in a real one: 1 is real time, 0 stands still. */
  | { readonly type: 'speed'; readonly factor: number }
  /** While time stands still: the next `count` held events happen, one after the other. */
  | { readonly type: 'step'; readonly count: number }
  /**
   * The election timers of all followers run out at one instant: now where no leader lives, or else
   * as soon as the leader is killed, paused or cut off.
   */
  | { readonly type: 'align' };

/** What a user wants done: one form for keys of the TUI, verbs of the program and library calls. */
export type Intent = NodeIntent | LinkIntent | DiskIntent | MemberIntent | TimeIntent;

export type TargetIntent = Extract<Intent, { readonly target: string }>;

/** Who may be meant but a node by its id. */
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

/**
 * The nodes that an intent is about.
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

/** @throws {LetoError} LETO_NO_SUCH_NODE */
export function resolveNode(view: ClusterView, name: string): NodeId {
  const node = view.nodes.find(({ id }) => id === name);
  if (node) return node.id;
  const known = view.nodes.map(({ id }) => id).join(', ');
  throw new LetoError('LETO_NO_SUCH_NODE', `there is no node ${name}; there are ${known}`);
}

/** The command line that does the same: shown after an action, so that it is learnt by doing. */
export function commandLineOf(intent: Intent, cluster: string): string {
  const name = cluster === defaultClusterName ? '' : ` --name ${cluster}`;
  return `leto-cluster${name} ${verbLineOf(intent)}`;
}

/** The verb with what belongs to it. */
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
