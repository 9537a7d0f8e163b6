/**
 * The part of the inspector that comes from the view: state, ports, election, log, members and
 * peers.
 */

import type { ElectionTimer, NodeReport, NodeView, PeerReport } from '../control/index.js';
import { addressOf, noValue, oneLine, roleWord, stateWord, tintTerms, wrap } from './format.js';
import type { Line } from './paint.js';
import { bytesText, durationText, pluralize } from './quantities.js';

/** The maximum number of lines per fact. A longer one is cut. */
const factLinesMax = 3;
const nameColumns = 9;

type Fact = readonly [name: string, text: string];

/**
 * Returns the facts about a node, one or more lines each. `nowMs` is on the clock of `startedAtMs`.
 */
export function factLines(node: NodeView, nowMs: number, columns: number): Line[] {
  return factsOf(node, nowMs).flatMap(([name, fact]) => {
    const texts = wrap(oneLine(fact), columns - nameColumns, factLinesMax);
    return texts.map((text, at): Line => {
      const first = { text: (at === 0 ? name : '').padEnd(nameColumns), tone: 'strong' } as const;
      return name === errorName
        ? [first, { text, tone: 'alert' }]
        : [first, ...(isCurrent(node) ? tintTerms(text) : [{ text, tone: 'quiet' } as const])];
    });
  });
}

const errorName = 'error';

/** False for a dead node: its last report is shown dimmed, since it no longer holds. */
function isCurrent({ state }: NodeView): boolean {
  return state !== 'dead';
}

function factsOf(node: NodeView, nowMs: number): Fact[] {
  const { report, error } = node;
  return [
    ['state', stateText(node, nowMs)],
    ...(error === null ? [] : [[errorName, error] as const]),
    ['ports', portText(node)],
    ...(report ? reportFacts(report) : []),
    ['folder', node.dataDir],
  ];
}

function stateText({ state, startedAtMs, report }: NodeView, nowMs: number): string {
  const up = startedAtMs === null ? '' : `, up ${durationText(Math.max(0, nowMs - startedAtMs))}`;
  const role = state === 'dead' || !report ? '' : `, ${roleWord(report.role)}`;
  const hint = state === 'dead' && report ? '; its last report is below' : '';
  return stateWord(state) + role + up + hint;
}

function portText(node: NodeView): string {
  const { raftPort, httpPort } = node;
  return `RESP ${addressOf(node)}, Raft ${raftPort ?? noValue}, HTTP ${httpPort ?? noValue}`;
}

function reportFacts(report: NodeReport): Fact[] {
  return [
    ['election', electionText(report)],
    ['log', logText(report)],
    ['members', `voters ${listOf(report.voters)}; learners ${listOf(report.learners)}`],
    ['data', dataText(report)],
    ...(report.electionTimer ? [['timer', timerText(report.electionTimer)] as const] : []),
    ...report.peers.map((peer): Fact => [`to ${peer.id}`, peerText(peer, report.lastLogIndex)]),
  ];
}

function electionText({ term, votedFor, leader }: NodeReport): string {
  const vote = votedFor === null ? 'no vote' : `voted for ${votedFor}`;
  return `term ${term}, ${vote}, ${leader === null ? 'no leader' : `leader ${leader}`}`;
}

function timerText({ leftMs, timeoutMs }: ElectionTimer): string {
  return `${Math.round(leftMs)} of ${Math.round(timeoutMs)} ms left on the election timer`;
}

function logText(report: NodeReport): string {
  const { firstLogIndex, lastLogIndex, commitIndex, lastApplied, snapshotIndex } = report;
  const range = firstLogIndex > lastLogIndex ? 'empty' : `${firstLogIndex} to ${lastLogIndex}`;
  return `${range}; committed ${commitIndex}, applied ${lastApplied}, snapshot ${snapshotIndex}`;
}

function dataText({ keys, usedBytes, clients, sessions, syncMsP99 }: NodeReport): string {
  const stored = `${pluralize(keys, 'key')}, ${bytesText(usedBytes)}`;
  const connected = `${pluralize(clients, 'client')}, ${pluralize(sessions, 'session')}`;
  const sync = syncMsP99 === null ? '' : `; syncs take ${syncMsP99.toFixed(1)} ms (p99)`;
  return `${stored}; ${connected}${sync}`;
}

/** Describes what the leader knows of a peer's log (Figure 3.1). */
function peerText({ nextIndex, matchIndex, mode }: PeerReport, lastLogIndex: number): string {
  const behind = Math.max(0, lastLogIndex - matchIndex);
  return `nextIndex ${nextIndex}, matchIndex ${matchIndex}, ${behind} behind, ${mode}`;
}

function listOf(ids: readonly string[]): string {
  return ids.join(' ') || 'none';
}
