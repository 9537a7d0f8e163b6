/** Reports and views of a cluster of three, where n1 leads in term 2. */

import type { ClusterView, NodeReport, NodeView } from '../../src/control/index.js';
import { type LogIndex, nodeId, type Term } from '../../src/raft/index.js';

/** The report of a follower of n1 in term 2, with the changes that a test needs. */
export function report(change: Partial<NodeReport>): NodeReport {
  return {
    role: 'follower',
    term: 2 as Term,
    votedFor: nodeId('n1'),
    leader: nodeId('n1'),
    lastLogIndex: 9 as LogIndex,
    lastLogTerm: 2 as Term,
    commitIndex: 9 as LogIndex,
    lastApplied: 9 as LogIndex,
    snapshotIndex: 0 as LogIndex,
    voter: true,
    voters: ['n1', 'n2', 'n3'].map(nodeId),
    learners: [],
    termStartIndex: null,
    peers: [],
    keys: 0,
    usedBytes: 0,
    clients: 0,
    sessions: 0,
    firstLogIndex: 1 as LogIndex,
    logTerms: [
      { from: 1 as LogIndex, term: 1 as Term },
      { from: 5 as LogIndex, term: 2 as Term },
    ],
    electionTimer: null,
    syncMsP99: null,
    ...change,
  };
}

/** The report of n1, the leader of term 2. */
export function leaderReport(change: Partial<NodeReport> = {}): NodeReport {
  const peers = ['n2', 'n3'].map((id) => ({
    id: nodeId(id),
    nextIndex: 10 as LogIndex,
    matchIndex: 9 as LogIndex,
    mode: 'replicate' as const,
  }));
  return report({ role: 'leader', termStartIndex: 5 as LogIndex, peers, ...change });
}

export function nodeView(id: string, change: Partial<Omit<NodeView, 'id'>> = {}): NodeView {
  return {
    id: nodeId(id),
    state: 'running',
    error: null,
    host: '127.0.0.1',
    respPort: 5378 + Number(id.slice(1)),
    raftPort: null,
    httpPort: null,
    dataDir: `/data/${id}`,
    startedAtMs: 1000,
    report: report({}),
    ...change,
  };
}

/** The view of three running nodes, led by n1. The given nodes replace those of the same id. */
export function clusterView(...changed: readonly NodeView[]): ClusterView {
  const nodes = [nodeView('n1', { report: leaderReport() }), nodeView('n2'), nodeView('n3')];
  return {
    cluster: 'default',
    speed: 1,
    nodes: nodes.map((node) => changed.find(({ id }) => id === node.id) ?? node),
    links: [],
    events: [],
    notes: [],
    rates: [],
    held: [],
  };
}
