/** Helpers for tests of membership changes. */

import assert from 'node:assert/strict';
import type { Entry, LogIndex, MembershipChange, NodeId, Term } from '../../src/raft/index.js';
import { type Cluster, newcomer } from './cluster.js';
import { appendEntriesReply } from './messages.js';
import { makeLeader, Node, type NodeSetup, n1, n2, n3 } from './node.js';

/** Returns n1 as the leader of three in term 1, with its no-op committed. */
export function leader(setup: NodeSetup = {}): Node {
  const node = new Node(setup);
  makeLeader(node);
  for (const peer of [n2, n3]) node.step(appendEntriesReply(peer, n1, 1, { match: 1 }));
  node.run();
  return node;
}

/** Returns the entry of a membership change, as another leader would send it. */
export function configurationEntry(index: number, term: number, voters: readonly NodeId[]): Entry {
  const data = JSON.stringify({ voters, learners: [] });
  return { index: index as LogIndex, term: term as Term, kind: 'configuration', data };
}

/** Makes the changes one after the other, each committed before the next. */
export function change(cluster: Cluster, ...changes: readonly MembershipChange[]): void {
  for (const one of changes) {
    const answer = cluster.leader.raft.proposeChange(one);
    assert.ok('index' in answer, `${one.type} ${one.id} is refused`);
    cluster.advance(200);
  }
}

/** Adds a new machine as a learner, then promotes it. */
export function addVoter(cluster: Cluster, id: NodeId): void {
  if (!cluster.members.some((member) => member.id === id)) cluster.join(newcomer(id));
  change(cluster, { type: 'addLearner', id }, { type: 'promote', id });
}

export function refusalOf(node: Node, one: MembershipChange) {
  const answer = node.raft.proposeChange(one);
  return 'refusal' in answer ? answer.refusal : null;
}
