/**
 * Membership changes, leadership transfer and snapshots: everything that goes through Raft itself.
 * raft/membership.ts has the rules; this file creates and removes the threads and folders.
 */

import { LetoError, unreachable } from '../base/index.js';
import {
  type MemberIntent,
  type NodeId,
  nodeId,
  nodesMax,
  resolveTarget,
} from '../control/index.js';
import type { Board } from './board.js';
import type { ClusterFolder } from './cluster-folder.js';
import type { NodeHandle } from './node-handle.js';
import { submitToLeader } from './submit-to-leader.js';

/** The part of the supervisor that a membership change needs. */
export interface Members {
  readonly board: Board;
  readonly folder: ClusterFolder;
  readonly nodes: ReadonlyMap<NodeId, NodeHandle>;
  /** Creates a node with a disk and a row on the board, without starting it. */
  createNode(id: NodeId): NodeHandle;
  /** Removes all traces of a node that was removed and whose disk is closed. */
  forget(id: NodeId): void;
}

/**
 * Carries out a membership intent. Resolves with the nodes that it concerned.
 * @throws {LetoError} LETO_NO_SUCH_NODE, LETO_NODE_STATE, LETO_TIMED_OUT, LETO_BAD_OPTION
 */
export async function changeMembers(members: Members, intent: MemberIntent): Promise<NodeId[]> {
  if (intent.type === 'add') return [await addMember(members, intent.learner)];
  const ids = resolveTarget(members.board.view, intent);
  for (const id of ids) await changeMember(members, intent, id);
  return ids;
}

async function changeMember(
  members: Members,
  intent: Exclude<MemberIntent, { readonly type: 'add' }>,
  id: NodeId,
): Promise<void> {
  switch (intent.type) {
    case 'snapshot':
      await takeSnapshot(members, id, intent.target === 'all');
      break;
    case 'remove':
      await removeMember(members, id);
      break;
    case 'promote':
      await submit(members, { type: 'promote', id });
      break;
    case 'transfer':
      await submit(members, { type: 'transfer', target: id });
      break;
    default:
      unreachable(intent);
  }
}

function submit({ board, nodes }: Members, command: Parameters<typeof submitToLeader>[2]) {
  return submitToLeader(board, nodes, command);
}

/** Starts a new node and adds it: as a learner, or as a voter once it has caught up (4.2.1). */
async function addMember(members: Members, staysLearner: boolean): Promise<NodeId> {
  const id = freeId(members);
  await members.folder.addNode(id);
  const node = members.createNode(id);
  await node.diskOpened;
  await members.folder.markJoined(id);
  await node.start();
  await submit(members, { type: staysLearner ? 'addLearner' : 'addVoter', id });
  return id;
}

function freeId({ folder }: Members): NodeId {
  for (let number = 1; number <= nodesMax; number += 1) {
    const id = nodeId(`n${number}`);
    if (folder.isFreeId(id)) return id;
  }
  throw new LetoError(
    'LETO_BAD_OPTION',
    `no id from n1 to n${nodesMax} is free; remove a node first`,
  );
}

async function removeMember(members: Members, id: NodeId): Promise<void> {
  await submit(members, { type: 'remove', id });
  await members.nodes.get(id)?.close(false);
  await members.folder.removeNode(id);
  members.forget(id);
}

async function takeSnapshot({ nodes }: Members, id: NodeId, isOneOfAll: boolean): Promise<void> {
  const node = nodes.get(id);
  if (isOneOfAll && (!node?.isAlive || node.isPaused)) return;
  const outcome = await node?.admin({ type: 'snapshot' });
  if (outcome?.type === 'done' || outcome?.type === 'nothingNew') return;
  const message = `${id} did not finish its snapshot in time; it may still finish`;
  throw new LetoError('LETO_TIMED_OUT', message);
}
