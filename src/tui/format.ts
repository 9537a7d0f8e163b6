/**
 * Turns values of a view into text and fits text into columns. Texts are measured in UTF-16 code
 * units. quantities.ts formats numbers.
 */

import type { NodeReport, NodeState, NodeView } from '../control/index.js';
import type { Line, Span } from './paint.js';

type Role = NodeReport['role'];

/** The sign beside the word for a role. It makes the role recognisable at a glance without colour. */
const roleGlyphs: Readonly<Record<Role, string>> = {
  leader: '★',
  follower: '●',
  candidate: '▲',
  preCandidate: '△',
  learner: '○',
};

const stateGlyphs: Readonly<Record<NodeState, string>> = {
  starting: '…',
  running: '',
  paused: '‖',
  dead: '✗',
};

/** The text shown in place of a missing value. */
export const noValue = '-';

export function roleWord(role: Role): string {
  return `${roleGlyphs[role]} ${role}`;
}

export function stateWord(state: NodeState): string {
  return `${stateGlyphs[state]} ${state}`.trimStart();
}

/** Returns one character for the role of a running node, or for the state of any other. */
export function nodeGlyph({ state, report }: NodeView): string {
  return state === 'running' && report ? roleGlyphs[report.role] : stateGlyphs[state] || ' ';
}

/** Returns one line for the help: each role with its glyph. */
export function glyphLegend(): string {
  const roles = (Object.keys(roleGlyphs) as Role[]).map(roleWord);
  return roles.join('  ');
}

export function addressOf({ host, respPort }: NodeView): string {
  if (respPort === null) return noValue;
  return host.includes(':') ? `[${host}]:${respPort}` : `${host}:${respPort}`;
}

export function portOf({ respPort }: NodeView): string {
  return respPort === null ? noValue : `:${respPort}`;
}

/** Formats an ISO time as HH:MM:SS in the local time zone. */
export function clockTime(at: string): string {
  const time = new Date(at);
  const parts = [time.getHours(), time.getMinutes(), time.getSeconds()];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/**
 * Replaces line ends, tabs and control characters by spaces: in foreign text they could corrupt the
 * screen.
 */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}

/** Shortens a text to `columns`, ending with `…` when something was cut off. */
export function cut(text: string, columns: number): string {
  if (text.length <= columns) return text;
  return columns <= 0 ? '' : `${text.slice(0, columns - 1)}…`;
}

export function lengthOf(line: Line): number {
  return line.reduce((sum, { text }) => sum + text.length, 0);
}

export function cutLine(line: Line, columns: number): Line {
  if (lengthOf(line) <= columns) return line;
  const spans: Span[] = [];
  let left = columns;
  for (const span of line) {
    if (left <= 0) break;
    // This span fits exactly, but more follows: make room for the `…`.
    const text = span.text.length === left ? cut(`${span.text} `, left) : cut(span.text, left);
    spans.push({ ...span, text });
    left -= text.length;
  }
  return spans;
}

/** Wraps between words, or within a word longer than a line. The last of `linesMax` may be cut. */
export function wrap(text: string, columns: number, linesMax: number): string[] {
  if (columns <= 0) return [];
  const lines: string[] = [];
  let rest = text;
  while (rest.length > columns && lines.length < linesMax - 1) {
    const space = rest.lastIndexOf(' ', columns);
    const end = space > 0 ? space : columns;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, cut(rest, columns)];
}

/** Colours each `term 5` in a sentence with the colour of that term. */
export function tintTerms(text: string): Line {
  return text.split(/(\bterm \d+)/).map((part): Span => {
    const term = /^term (\d+)$/.exec(part)?.[1];
    return term === undefined ? { text: part } : { text: part, term: Number(term) };
  });
}

/** Returns a heading: the text, then a rule to the right edge. */
export function headLine(heading: string, columns: number): Line {
  const text = cut(heading, columns);
  const rule = ` ${'─'.repeat(Math.max(0, columns - text.length - 1))}`;
  return [
    { text, tone: 'strong' },
    { text: rule.slice(0, Math.max(0, columns - text.length)), tone: 'quiet' },
  ];
}
