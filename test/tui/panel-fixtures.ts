/** Scenes and golden checks for single panels. */

import assert from 'node:assert/strict';
import type {
  ClusterView,
  FaultyLink,
  HeldEvent,
  LinkRate,
  MessageNote,
  NodeReport,
  PeerReport,
} from '../../src/control/index.js';
import { type LogIndex, nodeId, type Term } from '../../src/raft/index.js';
import { lengthOf } from '../../src/tui/format.js';
import { type Line, paintPlain } from '../../src/tui/paint.js';
import { initialUi, type Scene, type UiState } from '../../src/tui/scene.js';
import { makeNode, makeReport } from './fixtures.js';
import { checkGolden } from './golden.js';

/** Nine seconds after the cluster of these fixtures started. */
export const nowMs = Date.UTC(2026, 0, 2, 3, 4, 10);

export function sceneOf(view: ClusterView, ui: Partial<UiState> = {}): Scene {
  return { view, ui: { ...initialUi, ...ui }, version: '1.2.3', quitMode: 'stop', nowMs };
}

type Draw = (scene: Scene, columns: number, rows: number) => Line[];

export const textOf = (lines: readonly Line[]) =>
  lines.map((line) => paintPlain(line).trimEnd()).join('\n');

/** Compares the panel with its golden at three widths. Trailing blanks are not kept. */
export function checkPictures(name: string, draw: Draw, scene: Scene, rows: number): void {
  const pictures = [60, 80, 120].map((columns) => {
    const lines = draw(scene, columns, rows);
    checkFits(lines, columns, rows);
    return `${columns}x${rows}\n${textOf(lines)}`;
  });
  checkGolden(name, pictures.join('\n\n'));
}

export function checkFits(lines: readonly Line[], columns: number, rows: number): void {
  assert.ok(lines.length <= rows, `${lines.length} lines in ${rows} rows`);
  for (const line of lines) {
    assert.ok(lengthOf(line) <= columns, `wider than ${columns}: ${paintPlain(line)}`);
    assert.doesNotMatch(paintPlain(line), /\p{Cc}/u);
  }
}

const index = (value: number) => value as LogIndex;

/** A log as runs of terms: `[[1, 1], [5, 2]]` has term 1 from index 1 and term 2 from index 5. */
export function logOf(
  runs: readonly (readonly [from: number, term: number])[],
  last: number,
  commit: number,
): Partial<NodeReport> {
  const logTerms = runs.map(([from, term]) => ({ from: index(from), term: term as Term }));
  return {
    logTerms,
    firstLogIndex: index(logTerms[0]?.from ?? 1),
    snapshotIndex: index((logTerms[0]?.from ?? 1) - 1),
    lastLogIndex: index(last),
    lastLogTerm: (logTerms.at(-1)?.term ?? 0) as Term,
    commitIndex: index(commit),
    lastApplied: index(commit),
  };
}

const third = { term: 3 as Term, votedFor: nodeId('n2'), leader: nodeId('n2') };

function peerOf(id: string, nextIndex: number, matchIndex: number, mode: PeerReport['mode']) {
  return { id: nodeId(id), nextIndex: index(nextIndex), matchIndex: index(matchIndex), mode };
}

/** The report of n2, which leads in term 3 of `partitioned`. */
function secondLeader(log: Partial<NodeReport>): NodeReport {
  const peers = [
    peerOf('n1', 12, 0, 'probe'),
    peerOf('n3', 17, 15, 'replicate'),
    peerOf('n4', 8, 7, 'probe'),
    peerOf('n5', 17, 16, 'replicate'),
  ];
  return makeReport({
    ...log,
    ...third,
    role: 'leader',
    termStartIndex: index(12),
    peers,
    electionTimer: null,
  });
}

/**
 * n1, leader of term 2, is cut off with entries that no other node has; n2 leads in term 3; n4 is
 * dead.
 */
export function partitioned(): ClusterView {
  // biome-ignore format: keep the logs aligned
  const [alone, both, behind, old] = [
    logOf([[1, 1], [8, 2]], 14, 11),
    logOf([[1, 1], [8, 2], [12, 3]], 16, 15),
    logOf([[6, 1], [8, 2], [12, 3]], 15, 14),
    logOf([[1, 1]], 7, 7),
  ];
  return {
    cluster: 'default',
    speed: 1,
    nodes: [
      makeNode(1, {
        startedAtMs: nowMs - 125_000,
        report: makeReport({ ...alone, role: 'leader' }),
      }),
      makeNode(2, { startedAtMs: nowMs - 125_000, report: secondLeader(both) }),
      makeNode(3, { startedAtMs: nowMs - 125_000, report: makeReport({ ...behind, ...third }) }),
      makeNode(4, { startedAtMs: null, state: 'dead', report: makeReport(old) }),
      makeNode(5, { startedAtMs: nowMs - 125_000, report: makeReport({ ...both, ...third }) }),
    ],
    links: ['n2', 'n3', 'n4', 'n5'].flatMap((id) => [cutLink('n1', id), cutLink(id, 'n1')]),
    events: [],
    notes: [],
    rates: [],
    held: [],
  };
}

export function cutLink(from: string, to: string): FaultyLink {
  return { ...linkOf(from, to, {}), cut: true };
}

export function linkOf(from: string, to: string, fault: Partial<FaultyLink>): FaultyLink {
  const none = { cut: false, drop: 0, delayMs: 0, jitterMs: 0 };
  return { from: nodeId(from), to: nodeId(to), ...none, ...fault };
}

export function noteOf(
  from: string,
  to: string,
  type: MessageNote['type'],
  details: string,
  isLost = false,
): MessageNote {
  return { from: nodeId(from), to: nodeId(to), type, term: 4 as Term, details, isLost };
}

export function timerOf(node: string, inMs: number): HeldEvent {
  return { type: 'timer', node: nodeId(node), inMs };
}

export function rateOf(from: string, to: string, perSecond: number): LinkRate {
  return { from: nodeId(from), to: nodeId(to), perSecond };
}
