import assert from 'node:assert/strict';
import type { Entry, LogIndex, MembershipChange, NodeId, Term } from '../../src/raft/index.js';
import { type Cluster, newcomer } from './cluster.js';
import { appendEntriesReply } from './messages.js';
import { makeLeader, Node, type NodeSetup, n1, n2, n3 } from './node.js';

/** n1 as the leader of three in term 1, its no-op committed. */
export function leader(setup: NodeSetup = {}): Node {
  const node = new Node(setup);
  makeLeader(node);
  for (const peer of [n2, n3]) node.step(appendEntriesReply(peer, n1, 1, { match: 1 }));
  node.run();
  return node;
}

/** The entry of a change of the members, as another leader would send it. */
export function configurationEntry(index: number, term: number, voters: readonly NodeId[]): Entry {
  const data = JSON.stringify({ voters, learners: [] });
  return { index: index as LogIndex, term: term as Term, kind: 'configuration', data };
}

/** What one change after the other is answered, each committed before the next. */
export function change(cluster: Cluster, ...changes: readonly MembershipChange[]): void {
  for (const one of changes) {
    const answer = cluster.leader.raft.proposeChange(one);
    assert.ok('index' in answer, `${one.type} ${one.id} is refused`);
    cluster.advance(200);
  }
}

/** A new machine becomes a voter, in the two steps that this takes. */
export function addVoter(cluster: Cluster, id: NodeId): void {
  if (!cluster.members.some((member) => member.id === id)) cluster.join(newcomer(id));
  change(cluster, { type: 'addLearner', id }, { type: 'promote', id });
}

export function refusalOf(node: Node, one: MembershipChange) {
  const answer = node.raft.proposeChange(one);
  return 'refusal' in answer ? answer.refusal : null;
}
