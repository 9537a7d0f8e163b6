/**
 * Computes what the log panel shows: the logs of all nodes side by side. log-panel.tsx draws it.
 */

import { type ClusterEvent, type ClusterView, leaderOf, type NodeView } from '../control/index.js';

/** How long a dropped entry stays visible as dropped. */
export const droppedShownMs = 3000;

/** The entries shown before the first dropped one, where both logs still agree. */
const contextBeforeDropped = 3;

/** The state of one node's log at one index. */
export type LogCell =
  | { readonly type: 'committed' | 'uncommitted'; readonly term: number | null }
  /** No entry: not there yet, contained in the snapshot only, or dropped a moment ago. */
  | { readonly type: 'missing' | 'inSnapshot' | 'dropped' };

export interface LogRow {
  readonly node: NodeView;
  readonly cells: readonly LogCell[];
  /** What the leader knows of this log. Null for the leader's own log and without a leader. */
  readonly progress: PeerProgress | null;
}

interface PeerProgress {
  readonly nextIndex: number;
  readonly matchIndex: number;
  readonly mode: string;
}

/** One row per node, one cell per index. */
export interface LogGrid {
  /** The index of the first cell of each row. */
  readonly from: number;
  readonly width: number;
  /** True while the grid shows recently dropped entries instead of the end of the logs. */
  readonly isAtDropped: boolean;
  readonly rows: readonly LogRow[];
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Returns at most `widthMax` cells per node. They end with the index after the longest log,
 * scrolled back by `back` entries; for a moment they show dropped entries instead. `nowMs` is on
 * the clock of the events.
 */
export function logGrid(view: ClusterView, widthMax: number, back: number, nowMs: number): LogGrid {
  const dropped = recentlyDropped(view.events, nowMs);
  const lastIndexes = view.nodes.map(({ report }) => report?.lastLogIndex ?? 0);
  const ends = [...dropped.values()].flatMap((ranges) => ranges.map(({ to }) => to));
  const last = Math.max(0, ...lastIndexes, ...ends) + 1;
  const tail = Math.max(1, last - back - widthMax + 1);
  const firstDropped = Math.min(...[...dropped.values()].flat().map((range) => range.from));
  const isAtDropped = back === 0 && firstDropped < tail;
  const from = isAtDropped ? Math.max(1, firstDropped - contextBeforeDropped) : tail;
  const width = Math.min(widthMax, last - from + 1);
  const peers = leaderOf(view)?.report?.peers ?? [];
  const rows = view.nodes.map((node) => ({
    node,
    cells: cellsOf(node, dropped.get(node.id) ?? [], from, width),
    progress: peers.find(({ id }) => id === node.id) ?? null,
  }));
  return { from, width, isAtDropped, rows };
}

/** Returns the ranges dropped within the last `droppedShownMs`, by node. */
function recentlyDropped(
  events: readonly ClusterEvent[],
  nowMs: number,
): ReadonlyMap<NodeView['id'], Range[]> {
  const dropped = new Map<NodeView['id'], Range[]>();
  for (let at = events.length - 1; at >= 0; at -= 1) {
    const event = events[at];
    if (!event || nowMs - Date.parse(event.at) > droppedShownMs) break;
    const { node, from, to } = event;
    if (event.event !== 'truncated' || !node) continue;
    dropped.set(node, [...(dropped.get(node) ?? []), { from: Number(from), to: Number(to) }]);
  }
  return dropped;
}

function cellsOf(
  { report }: NodeView,
  dropped: readonly Range[],
  from: number,
  width: number,
): LogCell[] {
  const terms = termsFrom(report?.logTerms ?? [], from);
  return Array.from({ length: width }, (_, at): LogCell => {
    const index = from + at;
    if (dropped.some((range) => range.from <= index && index <= range.to)) {
      return { type: 'dropped' };
    }
    if (!report || index > report.lastLogIndex) return { type: 'missing' };
    if (index < report.firstLogIndex) return { type: 'inSnapshot' };
    return { type: index <= report.commitIndex ? 'committed' : 'uncommitted', term: terms(index) };
  });
}

type TermRuns = readonly { readonly from: number; readonly term: number }[];

/**
 * Returns a function from an index to its term, null when the node did not report it. It must be
 * called with increasing indexes, from `first` on.
 */
function termsFrom(runs: TermRuns, first: number): (index: number) => number | null {
  let at = runs.findLastIndex(({ from }) => from <= first);
  return (index) => {
    while ((runs[at + 1]?.from ?? Number.POSITIVE_INFINITY) <= index) at += 1;
    return runs[at]?.term ?? null;
  };
}
