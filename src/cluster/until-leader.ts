/** Waits for a leader, and says why there is none. Commands are sent to it in submit-to-leader.ts. */

import { LetoError } from '../base/index.js';
import { type ClusterView, leaderOf, type NodeState } from '../control/index.js';
import type { Board } from './board.js';

/** How long a cluster may be without a leader before a verb that needs one fails (real time). */
const leaderWaitMsMax = 5000;

/** @throws {LetoError} LETO_NODE_STATE when there is no leader within `leaderWaitMsMax` */
export async function untilLeader(board: Board): Promise<void> {
  const hasLeader = () => leaderOf(board.view) !== null;
  if (hasLeader() || (await board.untilChange(hasLeader, leaderWaitMsMax))) return;
  throw noLeaderError(board.view);
}

function noLeaderError(view: ClusterView): LetoError {
  const idsIn = (wanted: NodeState) =>
    view.nodes.filter(({ state }) => state === wanted).map(({ id }) => id);
  const [down, paused] = [idsIn('dead'), idsIn('paused')];
  const reasons = [
    ...(down.length > 0 ? [`${listed(down)} down; restart ${oneOf(down)}`] : []),
    ...(paused.length > 0 ? [`${listed(paused)} paused; resume ${oneOf(paused)}`] : []),
    ...(view.speed === 0 ? ['time is stopped; let it run: leto-cluster speed 1'] : []),
  ];
  if (reasons.length === 0) reasons.push(otherReason(view));
  return new LetoError('LETO_NODE_STATE', `no leader: ${reasons.join(', and ')}`);
}

function otherReason({ links }: ClusterView): string {
  return links.length > 0
    ? 'links have faults; clear them: leto-cluster heal'
    : 'the nodes have elected none yet; try again';
}

/** Returns `n2 is` or `n2 and n3 are`. */
function listed(ids: readonly string[]): string {
  if (ids.length === 1) return `${ids[0]} is`;
  return `${ids.slice(0, -1).join(', ')} and ${ids.at(-1)} are`;
}

function oneOf(ids: readonly string[]): string {
  return ids.length === 1 ? 'it' : 'one';
}
