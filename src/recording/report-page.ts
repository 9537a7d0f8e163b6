import { describeEvent } from '../control/index.js';
import { type Figures, figuresOf } from './figures.js';
import { escapeHtml } from './html.js';
import { bar, looks } from './report-looks.js';
import { allMarks } from './report-marks.js';
import { reportStyle } from './report-style.js';
import { timelineSvg } from './report-timeline.js';
import type { RunSummary } from './summary.js';
import { clockText, preciseText } from './times.js';

/** Rows of the list of events, half of them from each end of the run. */
const eventsListedMax = 2000;

/** One page that stands alone: it loads nothing, and runs nothing. */
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
<p class="quiet">A run recorded by leto-cluster from ${escapeHtml(summary.startedAt)} on. Times count from there.</p>
${missedNote(summary)}
${figuresList(figuresOf(summary))}
<h2>Timeline</h2>
<figure>
${timelineSvg(summary)}
</figure>
${key()}
<h2>What happened</h2>
${eventsTable(summary)}
</main>
</body>
</html>
`;
}

function missedNote({ missed: { messages, changes } }: RunSummary): string {
  if (changes === 0) {
    return messages === 0 ? '' : '<p class="quiet">The disk was too slow for some messages.</p>';
  }
  return `<p class="alert">The disk was too slow for the recording: ${changes} changes are missing.</p>`;
}

function figuresList(figures: Figures): string {
  const { terms, leaders, firstLeaderMs } = figures;
  const names = leaders.map(
    ({ node, ms }) => `${escapeHtml(node)} <small>${preciseText(ms)}</small>`,
  );
  const first = firstLeaderMs === null ? '' : `, first after ${preciseText(firstLeaderMs)}`;
  const rows: readonly (readonly [string, string])[] = [
    ['Duration', preciseText(figures.durationMs)],
    ['Terms', `${terms.length} <small>${termsWords(terms)}</small>`],
    ['Leaders, and how long they led', names.join(', ') || 'nobody led'],
    ['Elections won', `${figures.electionsWon} <small>of ${figures.campaigns} campaigns</small>`],
    [
      'Longest time without a leader',
      `${preciseText(figures.leaderlessMsMax)} <small>${preciseText(figures.leaderlessMs)} in all${first}</small>`,
    ],
    ['Entries committed', String(figures.commits)],
  ];
  return `<dl>${rows.map(([term, value]) => `<div><dt>${term}</dt><dd>${value}</dd></div>`).join('\n')}</dl>`;
}

function termsWords(terms: readonly number[]): string {
  const [first] = terms;
  if (first === undefined) return '';
  return terms.length === 1 ? `term ${first}` : `${first} to ${terms.at(-1)}`;
}

function key(): string {
  const roles = Object.values(looks).map((look) => {
    const box = `<svg viewBox="0 0 22 14" aria-hidden="true">${bar(look, 1, 1, 20, 12)}</svg>`;
    return `<li>${box}${look.letter} ${look.words}</li>`;
  });
  const signs = allMarks.map(({ sign, words }) => `<li>${sign} ${words}</li>`);
  return `<ul class="key">${roles.join('')}</ul>\n<ul class="key">${signs.join('')}</ul>`;
}

function eventsTable({ events }: RunSummary): string {
  const left = events.length - eventsListedMax;
  const half = eventsListedMax / 2;
  const rows = events.map(({ t, event }) => eventRow(t, event.node ?? '', describeEvent(event)));
  const shown =
    left <= 0
      ? rows
      : [
          ...rows.slice(0, half),
          `<tr><td></td><td></td><td class="quiet">${left} more events stand here</td></tr>`,
          ...rows.slice(-half),
        ];
  return `<table><thead><tr><th>Time</th><th>Node</th><th>Event</th></tr></thead><tbody>
${shown.join('\n')}
</tbody></table>`;
}

function eventRow(t: number, node: string, words: string): string {
  return `<tr><td>${preciseText(t)}</td><td>${escapeHtml(node)}</td><td>${escapeHtml(words)}</td></tr>`;
}
