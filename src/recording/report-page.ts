/**
 * Builds the HTML report of a recorded run: statistics, timeline, legend and events. The timeline
 * is drawn by report-timeline.ts.
 */

import { describeEvent } from '../control/index.js';
import { escapeHtml } from './html.js';
import { allMarks } from './report-marks.js';
import { barSvg, phaseStyles } from './report-phase-styles.js';
import { reportStyle } from './report-style.js';
import { timelineSvg } from './report-timeline.js';
import { type RunStatistics, runStatisticsOf } from './run-statistics.js';
import type { RunSummary } from './summary.js';
import { clockText, preciseText } from './times.js';

/** The maximum number of listed events: half from each end of the run. */
const eventsListedMax = 2000;

/** Returns the HTML page. It is self-contained: it loads nothing and runs no script. */
export function reportPage(summary: RunSummary): string {
  const name = escapeHtml(summary.cluster);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}: a run of ${clockText(summary.durationMs)}</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
<h1>Cluster ${name}</h1>
<p class="quiet">A run recorded by leto-cluster, starting at ${escapeHtml(summary.startedAt)}. Times are relative to that start.</p>
${missedNote(summary)}
${statisticsList(runStatisticsOf(summary))}
<h2>Timeline</h2>
<figure>
${timelineSvg(summary)}
</figure>
${legendHtml()}
<h2>Events</h2>
${eventsTable(summary)}
</main>
</body>
</html>
`;
}

function missedNote({ missed: { messages, changes } }: RunSummary): string {
  if (changes === 0) {
    return messages === 0
      ? ''
      : '<p class="quiet">Some messages are missing because the disk was too slow.</p>';
  }
  return `<p class="alert">${changes} changes are missing because the disk was too slow.</p>`;
}

function statisticsList(statistics: RunStatistics): string {
  const { terms, leaders, firstLeaderMs } = statistics;
  const names = leaders.map(
    ({ node, ms }) => `${escapeHtml(node)} <small>${preciseText(ms)}</small>`,
  );
  const first = firstLeaderMs === null ? '' : `, first leader after ${preciseText(firstLeaderMs)}`;
  const rows: readonly (readonly [string, string])[] = [
    ['Duration', preciseText(statistics.durationMs)],
    ['Terms', `${terms.length} <small>${termsText(terms)}</small>`],
    ['Leaders, and time as leader', names.join(', ') || 'none'],
    [
      'Elections won',
      `${statistics.electionsWon} <small>of ${statistics.campaigns} campaigns</small>`,
    ],
    [
      'Longest time without a leader',
      `${preciseText(statistics.leaderlessMsMax)} <small>${preciseText(statistics.leaderlessMs)} in total${first}</small>`,
    ],
    ['Entries committed', String(statistics.commits)],
  ];
  return `<dl>${rows.map(([term, value]) => `<div><dt>${term}</dt><dd>${value}</dd></div>`).join('\n')}</dl>`;
}

function termsText(terms: readonly number[]): string {
  const [first] = terms;
  if (first === undefined) return '';
  return terms.length === 1 ? `term ${first}` : `${first} to ${terms.at(-1)}`;
}

function legendHtml(): string {
  const roles = Object.values(phaseStyles).map((style) => {
    const box = `<svg viewBox="0 0 22 14" aria-hidden="true">${barSvg(style, 1, 1, 20, 12)}</svg>`;
    return `<li>${box}${style.letter} ${style.label}</li>`;
  });
  const marks = allMarks.map(({ glyph, label }) => `<li>${glyph} ${label}</li>`);
  return `<ul class="key">${roles.join('')}</ul>\n<ul class="key">${marks.join('')}</ul>`;
}

function eventsTable({ events }: RunSummary): string {
  const hidden = events.length - eventsListedMax;
  const half = eventsListedMax / 2;
  const rows = events.map(({ t, event }) => eventRow(t, event.node ?? '', describeEvent(event)));
  const shown =
    hidden <= 0
      ? rows
      : [
          ...rows.slice(0, half),
          `<tr><td></td><td></td><td class="quiet">${hidden} more events are not shown</td></tr>`,
          ...rows.slice(-half),
        ];
  return `<table><thead><tr><th>Time</th><th>Node</th><th>Event</th></tr></thead><tbody>
${shown.join('\n')}
</tbody></table>`;
}

function eventRow(t: number, node: string, text: string): string {
  return `<tr><td>${preciseText(t)}</td><td>${escapeHtml(node)}</td><td>${escapeHtml(text)}</td></tr>`;
}
