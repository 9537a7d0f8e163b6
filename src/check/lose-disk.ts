/** The part of a stress run in which a node loses its disk and another node replaces it. */

import { rm } from 'node:fs/promises';
import { LetoError } from '../base/index.js';
import type { ClusterUnderTest } from './cluster-under-test.js';

/**
 * Kills a follower, removes it from the cluster, deletes its data and adds a new member in its
 * place. The follower must not return under its old id: it has forgotten its vote, and could vote
 * twice in a term (3.8).
 * @throws {LetoError} LETO_NODE_STATE when there is no follower, or the old id came back
 */
export async function loseDisk(
  cluster: ClusterUnderTest,
): Promise<{ readonly lost: string; readonly added: string }> {
  const before = await cluster.status();
  const victim = before.nodes.find(({ id }) => id !== before.leader);
  if (!victim)
    throw new LetoError(
      'LETO_NODE_STATE',
      'the cluster has no follower whose disk could be deleted',
    );
  await cluster.dispatch({ type: 'kill', target: victim.id });
  await cluster.dispatch({ type: 'remove', target: victim.id });
  await rm(victim.dataDir, { recursive: true });
  await cluster.dispatch({ type: 'add', learner: false });
  const known = before.nodes.map(({ id }) => id);
  const added = (await cluster.status()).nodes.find(({ id }) => !known.includes(id));
  if (added) return { lost: victim.id, added: added.id };
  const message = `${victim.id} came back under its old id, although it lost its vote with its disk`;
  throw new LetoError('LETO_NODE_STATE', message);
}
