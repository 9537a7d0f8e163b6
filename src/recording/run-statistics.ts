/** The figures at the top of a report, in milliseconds where the name says so. */

import type { Interval, RunSummary } from './summary.js';

export interface RunStatistics {
  readonly durationMs: number;
  readonly terms: readonly number[];
  /** The nodes that led and their total time as leader, longest first. */
  readonly leaders: readonly { readonly node: string; readonly ms: number }[];
  readonly campaigns: number;
  readonly electionsWon: number;
  /** Time from the beginning to the first leader. Null when no node ever led. */
  readonly firstLeaderMs: number | null;
  /** The longest time without a leader, after the first leader and while any node was alive. */
  readonly leaderlessMsMax: number;
  /** The total of such times. */
  readonly leaderlessMs: number;
  /** The number of entries committed during the recording. */
  readonly commits: number;
}

/** Computes the statistics of a run. */
export function runStatisticsOf(summary: RunSummary): RunStatistics {
  const { durationMs, terms, leaders, commits, events } = summary;
  const firstLeader = leaders.find(({ value }) => value !== null) ?? null;
  const leaderless = leaderlessIntervals(summary, firstLeader?.fromMs ?? 0).map(durationOf);
  const countOf = (kind: string) => events.filter(({ event }) => event.event === kind).length;
  return {
    durationMs,
    terms: terms.map(({ value }) => value).filter((term) => term > 0),
    leaders: timesOfLeaders(leaders),
    campaigns: countOf('becameCandidate'),
    electionsWon: countOf('becameLeader'),
    firstLeaderMs: firstLeader?.fromMs ?? null,
    leaderlessMsMax: leaderless.reduce((most, ms) => Math.max(most, ms), 0),
    leaderlessMs: leaderless.reduce((sum, ms) => sum + ms, 0),
    commits: (commits.at(-1)?.value ?? 0) - (commits[0]?.value ?? 0),
  };
}

/** Times after the last node has died do not count: no node is left that could lead. */
function leaderlessIntervals(summary: RunSummary, sinceMs: number): readonly Interval<null>[] {
  const lastLives = summary.lanes.map(
    ({ intervals }) => intervals.findLast(({ value }) => value !== 'dead')?.toMs ?? 0,
  );
  const lastLifeMs = Math.max(0, ...lastLives);
  return summary.leaders
    .filter(({ value, fromMs }) => value === null && fromMs >= sinceMs && fromMs < lastLifeMs)
    .map(({ fromMs, toMs }) => ({ fromMs, toMs: Math.min(toMs, lastLifeMs), value: null }));
}

function timesOfLeaders(leaders: RunSummary['leaders']): RunStatistics['leaders'] {
  const times = new Map<string, number>();
  for (const interval of leaders) {
    const { value } = interval;
    if (value !== null) times.set(value, (times.get(value) ?? 0) + durationOf(interval));
  }
  return [...times].map(([node, ms]) => ({ node, ms })).sort((a, b) => b.ms - a.ms);
}

function durationOf({ fromMs, toMs }: Interval<unknown>): number {
  return toMs - fromMs;
}
