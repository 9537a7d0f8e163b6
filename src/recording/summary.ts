/**
 * Reduces a recording to what lasted how long: roles, terms, leaders, link faults and commits.
 * run-statistics.ts derives figures from it; report-page.ts shows it.
 */

import {
  type ClusterView,
  leaderOf,
  type NodeReport,
  type NodeState,
  type NodeView,
  termOf,
} from '../control/index.js';
import type { Missed } from './format.js';
import type { Recording, TimedEvent } from './recording.js';

/** The role of a node while it ran, or the state in which it had none. */
export type Phase = NodeReport['role'] | Exclude<NodeState, 'running'>;

/** A value and how long it lasted, in milliseconds since the recording began. */
export interface Interval<T> {
  readonly fromMs: number;
  readonly toMs: number;
  readonly value: T;
}

export interface RunSummary {
  readonly cluster: string;
  readonly startedAt: string;
  readonly durationMs: number;
  /**
   * The phases of each node, ordered by id. Covers only the time in which the cluster had the node.
   */
  readonly lanes: readonly {
    readonly node: string;
    readonly intervals: readonly Interval<Phase>[];
  }[];
  /** The highest term of any node. It is 0 before the first term. */
  readonly terms: readonly Interval<number>[];
  /** Null while no node led. */
  readonly leaders: readonly Interval<string | null>[];
  /** The number of faulty links, counting each direction. */
  readonly faultyLinks: readonly Interval<number>[];
  /** The highest commitIndex of any node. */
  readonly commits: readonly Interval<number>[];
  readonly events: readonly TimedEvent[];
  readonly missed: Missed;
}

/** Reads the whole recording and summarises it. */
export function summarize(recording: Recording): RunSummary {
  const { head, durationMs } = recording;
  const lanes = new Map<string, IntervalBuilder<Phase>>();
  const terms = new IntervalBuilder<number>();
  const leaders = new IntervalBuilder<string | null>();
  const faultyLinks = new IntervalBuilder<number>();
  const commits = new IntervalBuilder<number>();
  const events: TimedEvent[] = [];
  const missed = { messages: 0, changes: 0 };
  let last: ClusterView | null = null;
  for (const moment of recording.moments()) {
    const { t, view } = moment;
    for (const event of moment.events) events.push(event);
    missed.messages += moment.missed?.messages ?? 0;
    missed.changes += moment.missed?.changes ?? 0;
    if (view.nodes !== last?.nodes) {
      recordNodes(lanes, t, view);
      terms.record(t, Math.max(terms.latest ?? 0, termOf(view)));
      leaders.record(t, leaderOf(view)?.id ?? null);
      commits.record(t, Math.max(commits.latest ?? 0, commitIndexOf(view)));
    }
    faultyLinks.record(t, view.links.length);
    last = view;
  }
  return {
    cluster: head.cluster,
    startedAt: head.startedAt,
    durationMs,
    lanes: [...lanes]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([node, intervals]) => ({ node, intervals: intervals.finishAt(durationMs) })),
    terms: terms.finishAt(durationMs),
    leaders: leaders.finishAt(durationMs),
    faultyLinks: faultyLinks.finishAt(durationMs),
    commits: commits.finishAt(durationMs),
    events,
    missed,
  };
}

function recordNodes(
  lanes: Map<string, IntervalBuilder<Phase>>,
  t: number,
  { nodes }: ClusterView,
) {
  for (const [id, lane] of lanes) if (!nodes.some((node) => node.id === id)) lane.end(t);
  for (const node of nodes) {
    const lane = lanes.get(node.id) ?? new IntervalBuilder<Phase>();
    lanes.set(node.id, lane);
    lane.record(t, phaseOf(node));
  }
}

function phaseOf({ state, report }: NodeView): Phase {
  if (state !== 'running') return state;
  return report?.role ?? 'starting';
}

function commitIndexOf({ nodes }: ClusterView): number {
  return Math.max(0, ...nodes.map(({ report }) => report?.commitIndex ?? 0));
}

/** Builds intervals from values observed at points in time. */
class IntervalBuilder<T> {
  readonly #done: Interval<T>[] = [];
  #open: { readonly fromMs: number; readonly value: T } | null = null;

  get latest(): T | undefined {
    return this.#open?.value;
  }

  record(t: number, value: T): void {
    if (this.#open?.value === value) return;
    this.end(t);
    this.#open = { fromMs: t, value };
  }

  end(t: number): void {
    if (this.#open && t > this.#open.fromMs) this.#done.push({ ...this.#open, toMs: t });
    this.#open = null;
  }

  finishAt(t: number): readonly Interval<T>[] {
    this.end(t);
    return this.#done;
  }
}
