import type { ElectionTimer, NodeReport, NodeView, PeerReport } from '../control/index.js';
import { addressOf, noValue, oneLine, roleWord, stateWord, tintTerms, wrap } from './format.js';
import type { Line } from './paint.js';
import { bytesText, durationText, pluralize } from './quantities.js';

/** A fact that is longer is cut. */
const factLinesMax = 3;
const nameColumns = 9;

type Fact = readonly [name: string, words: string];

/** What the view tells of a node, a fact a line or a few. `nowMs` is on the clock of `startedAtMs`. */
export function factLines(node: NodeView, nowMs: number, columns: number): Line[] {
  return factsOf(node, nowMs).flatMap(([name, words]) => {
    const texts = wrap(oneLine(words), columns - nameColumns, factLinesMax);
    return texts.map((text, at): Line => {
      const first = { text: (at === 0 ? name : '').padEnd(nameColumns), tone: 'strong' } as const;
      return name === errorName
        ? [first, { text, tone: 'alert' }]
        : [first, ...(isCurrent(node) ? tintTerms(text) : [{ text, tone: 'quiet' } as const])];
    });
  });
}

const errorName = 'error';

/** What a dead node said last is shown, but not as if it held. */
function isCurrent({ state }: NodeView): boolean {
  return state !== 'dead';
}

function factsOf(node: NodeView, nowMs: number): Fact[] {
  const { report, error } = node;
  return [
    ['state', stateWords(node, nowMs)],
    ...(error === null ? [] : [[errorName, error] as const]),
    ['ports', portWords(node)],
    ...(report ? reportFacts(report) : []),
    ['folder', node.dataDir],
  ];
}

function stateWords({ state, startedAtMs, report }: NodeView, nowMs: number): string {
  const up = startedAtMs === null ? '' : `, up ${durationText(Math.max(0, nowMs - startedAtMs))}`;
  const role = state === 'dead' || !report ? '' : `, ${roleWord(report.role)}`;
  const past = state === 'dead' && report ? '; its last report is below' : '';
  return stateWord(state) + role + up + past;
}

function portWords(node: NodeView): string {
  const { raftPort, httpPort } = node;
  return `RESP ${addressOf(node)}, Raft ${raftPort ?? noValue}, HTTP ${httpPort ?? noValue}`;
}

function reportFacts(report: NodeReport): Fact[] {
  return [
    ['election', electionWords(report)],
    ['log', logWords(report)],
    ['members', `voters ${listOf(report.voters)}; learners ${listOf(report.learners)}`],
    ['data', dataWords(report)],
    ...(report.electionTimer ? [['timer', timerWords(report.electionTimer)] as const] : []),
    ...report.peers.map((peer): Fact => [`to ${peer.id}`, peerWords(peer, report.lastLogIndex)]),
  ];
}

function electionWords({ term, votedFor, leader }: NodeReport): string {
  const vote = votedFor === null ? 'no vote' : `voted for ${votedFor}`;
  return `term ${term}, ${vote}, ${leader === null ? 'no leader' : `leader ${leader}`}`;
}

function timerWords({ leftMs, timeoutMs }: ElectionTimer): string {
  return `${Math.round(leftMs)} of ${Math.round(timeoutMs)} ms left on the election timer`;
}

function logWords(report: NodeReport): string {
  const { firstLogIndex, lastLogIndex, commitIndex, lastApplied, snapshotIndex } = report;
  const range = firstLogIndex > lastLogIndex ? 'empty' : `${firstLogIndex} to ${lastLogIndex}`;
  return `${range}; committed ${commitIndex}, applied ${lastApplied}, snapshot ${snapshotIndex}`;
}

function dataWords({ keys, usedBytes, clients, sessions, syncMsP99 }: NodeReport): string {
  const stored = `${pluralize(keys, 'key')}, ${bytesText(usedBytes)}`;
  const asking = `${pluralize(clients, 'client')}, ${pluralize(sessions, 'session')}`;
  const sync = syncMsP99 === null ? '' : `; syncs take ${syncMsP99.toFixed(1)} ms (p99)`;
  return `${stored}; ${asking}${sync}`;
}

/** What a leader knows of another's log (Figure 3.1). */
function peerWords({ nextIndex, matchIndex, mode }: PeerReport, lastLogIndex: number): string {
  const behind = Math.max(0, lastLogIndex - matchIndex);
  return `nextIndex ${nextIndex}, matchIndex ${matchIndex}, ${behind} behind, ${mode}`;
}

function listOf(ids: readonly string[]): string {
  return ids.join(' ') || 'none';
}
