/** Formats the result of `stress` as text or JSON. The comparison of the nodes is in src/check. */

import type { Stage, StressOptions, StressRun } from '../../check/index.js';

/** The document of `stress --json`. */
interface StressReport extends StressOptions {
  readonly ok: boolean;
  /** The duration of the inserts; null when not all of them were done. */
  readonly seconds: number | null;
  readonly entriesPerSecond: number | null;
  readonly resent: number;
  readonly stages: readonly Stage[];
  readonly failures: readonly string[];
}

/** There is a stage after the inserts, after the restart, and after the loss of a disk. */
const stageCount = 3;

export function toStressReport(
  { insertion, stages, failures }: StressRun,
  { entries, clients, batch }: StressOptions,
): StressReport {
  const isEqual = stages.every(({ differences }) => differences.length === 0);
  const seconds = insertion && insertion.insertMs / 1000;
  return {
    ok: isEqual && stages.length === stageCount && failures.length === 0,
    entries,
    clients,
    batch,
    seconds: seconds && Number(seconds.toFixed(3)),
    entriesPerSecond: seconds && Math.round(entries / seconds),
    resent: insertion?.resent ?? 0,
    stages,
    failures,
  };
}

export function stressText(report: StressReport): string {
  const { ok, entries, seconds, entriesPerSecond } = report;
  return [
    ...report.stages.flatMap(stageLines),
    ...report.failures,
    ...(seconds === null
      ? []
      : [`${entries} entries in ${seconds} s: ${entriesPerSecond} entries/s`]),
    ok ? 'ok' : 'NOT ok',
  ].join('\n');
}

function stageLines({ after, nodes, keys, log, commitIndex, term, differences }: Stage): string[] {
  if (differences.length > 0) return [`after ${after} the nodes differ:`, ...indent(differences)];
  const everywhere = `${nodes.slice(0, -1).join(', ')} and ${nodes.at(-1)}`;
  return [
    `after ${after}: all committed up to ${commitIndex} in term ${term}`,
    ...indent([`equal on ${everywhere}: ${logText(log)}; ${keys} keys with their values`]),
  ];
}

/** States which entries were compared, since those covered by snapshots cannot be. */
function logText(log: Stage['log']): string {
  if (log === null) return 'no entries of the log, since all are in snapshots';
  const note = log.from === 1 ? '' : ` (earlier ones are in snapshots)`;
  return `entries ${log.from} to ${log.to} of the log${note}`;
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
