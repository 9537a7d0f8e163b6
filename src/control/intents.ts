import { LetoError } from '../base/errors.js';
import type { NodeId } from '../raft/index.js';
import { type ClusterView, leaderOf } from './view.js';

/** What a user wants done: one form for keys of the TUI, verbs of the program and library calls. */
export type Intent =
  /** `target` is a node, `leader` or `all`. */
  | { readonly type: 'kill'; readonly target: string }
  /** `target` is a node or `all`; a node that runs is left alone when all are meant. */
  | { readonly type: 'restart'; readonly target: string };

/**
 * The nodes that an intent is about.
 * @throws {LetoError} LETO_NO_SUCH_NODE, also for `leader` while there is none
 */
export function resolveTarget(view: ClusterView, { type, target }: Intent): NodeId[] {
  const ids = view.nodes.map((node) => node.id);
  if (target === 'all') return ids;
  if (target === 'leader' && type !== 'restart') {
    const leader = leaderOf(view);
    if (leader) return [leader.id];
    throw new LetoError('LETO_NO_SUCH_NODE', 'there is no leader now; name a node, or try again');
  }
  const id = ids.find((known) => known === target);
  if (id !== undefined) return [id];
  const known = ids.join(', ');
  throw new LetoError('LETO_NO_SUCH_NODE', `there is no node ${target}; there are ${known}`);
}

/** The command line that does the same: shown after an action, so that it is learnt by doing. */
export function commandLineOf(intent: Intent, cluster: string): string {
  const name = cluster === defaultClusterName ? '' : ` --name ${cluster}`;
  return `leto-cluster${name} ${intent.type} ${intent.target}`;
}

export const defaultClusterName = 'default';
