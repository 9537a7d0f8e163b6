import { rm } from 'node:fs/promises';
import { LetoError } from '../base/index.js';
import type { ClusterUnderTest } from './cluster-under-test.js';

/**
 * Deletes the data of a follower. It must not come back under its old id, since it has forgotten
 * its vote and could vote twice in a term (3.8): it is removed, and a new member takes its place,
 * which has all entries from the leader.
 */
export async function loseDisk(
  cluster: ClusterUnderTest,
): Promise<{ readonly lost: string; readonly added: string }> {
  const before = await cluster.status();
  const victim = before.nodes.find(({ id }) => id !== before.leader);
  if (!victim) throw new LetoError('LETO_NODE_STATE', 'there is no follower to lose its disk');
  await cluster.dispatch({ type: 'kill', target: victim.id });
  await cluster.dispatch({ type: 'remove', target: victim.id });
  await rm(victim.dataDir, { recursive: true });
  await cluster.dispatch({ type: 'add', learner: false });
  const known = before.nodes.map(({ id }) => id);
  const added = (await cluster.status()).nodes.find(({ id }) => !known.includes(id));
  if (added) return { lost: victim.id, added: added.id };
  const message = `${victim.id} came back with its old id, though it has lost its vote`;
  throw new LetoError('LETO_NODE_STATE', message);
}
