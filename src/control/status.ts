/**
 * The JSON form of a view, which scripts read. view.ts holds the view itself, with more in it.
 */

import { beforeLog, type LogIndex, noTerm } from '../raft/index.js';
import type { FaultyLink } from './link-fault.js';
import type { NodeReport, PeerReport } from './node-report.js';
import {
  type ClusterView,
  isReady,
  leaderOf,
  type NodeState,
  type NodeView,
  termOf,
} from './view.js';

/** The document of `status --json`. Its field names and their order are a public contract. */
export interface Status {
  readonly cluster: string;
  readonly ready: boolean;
  readonly leader: string | null;
  readonly term: number;
  readonly speed: number;
  readonly nodes: readonly NodeStatus[];
  /** The links that have a fault. */
  readonly links: readonly FaultyLink[];
}

export interface NodeStatus {
  readonly id: string;
  readonly state: NodeState;
  readonly role: NodeReport['role'] | null;
  readonly term: number;
  readonly votedFor: string | null;
  readonly leader: string | null;
  readonly lastLogIndex: number;
  readonly lastLogTerm: number;
  readonly commitIndex: number;
  readonly lastApplied: number;
  readonly snapshotIndex: number;
  readonly respPort: number | null;
  readonly raftPort: number | null;
  readonly httpPort: number | null;
  readonly voter: boolean;
  readonly uptimeMs: number;
  readonly dataDir: string;
  readonly peers: readonly PeerReport[];
  readonly error?: string;
}

/** `nowMs` is on the clock of the views' `startedAtMs`, in milliseconds. */
export function toStatus(view: ClusterView, nowMs: number): Status {
  return {
    cluster: view.cluster,
    ready: isReady(view),
    leader: leaderOf(view)?.id ?? null,
    term: termOf(view),
    speed: view.speed,
    nodes: view.nodes.map((node) => toNodeStatus(node, nowMs)),
    links: view.links,
  };
}

/** A node that does not run is shown as it last reported. */
export function toNodeStatus(node: NodeView, nowMs: number): NodeStatus {
  const report = node.report ?? emptyReport;
  const isUp = node.state === 'running' || node.state === 'paused';
  const { term, votedFor, lastLogIndex, lastLogTerm, commitIndex, lastApplied } = report;
  return {
    id: node.id,
    state: node.state,
    role: isUp && node.report ? report.role : null,
    term,
    votedFor,
    leader: isUp ? report.leader : null,
    lastLogIndex,
    lastLogTerm,
    commitIndex,
    lastApplied,
    snapshotIndex: report.snapshotIndex,
    respPort: node.respPort,
    raftPort: node.raftPort,
    httpPort: node.httpPort,
    voter: report.voter,
    uptimeMs: node.startedAtMs === null ? 0 : Math.max(0, Math.round(nowMs - node.startedAtMs)),
    dataDir: node.dataDir,
    peers: isUp ? report.peers : [],
    ...(node.error === null ? {} : { error: node.error }),
  };
}

const emptyReport: NodeReport = {
  role: 'follower',
  term: noTerm,
  votedFor: null,
  leader: null,
  lastLogIndex: beforeLog,
  lastLogTerm: noTerm,
  commitIndex: beforeLog,
  lastApplied: beforeLog,
  snapshotIndex: beforeLog,
  voter: true,
  voters: [],
  learners: [],
  termStartIndex: null,
  peers: [],
  keys: 0,
  usedBytes: 0,
  clients: 0,
  sessions: 0,
  firstLogIndex: 1 as LogIndex,
  logTerms: [],
  electionTimer: null,
  syncMsP99: null,
};
