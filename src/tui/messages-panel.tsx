/** The panel of messages between nodes and, while time is stopped, of the held events. */

import type { ReactNode } from 'react';
import type { HeldEvent, MessageNote } from '../control/index.js';
import { cut, headLine, oneLine, tintTerms, wrap } from './format.js';
import { Lines } from './lines.js';
import { type NoteRun, noteRuns } from './note-runs.js';
import type { Line } from './paint.js';
import type { Panel, PanelProps } from './panel.js';
import { panelHead } from './panel-head.js';
import { shortNumber } from './quantities.js';
import type { Scene } from './scene.js';
import { scrollLabel, visibleWholeItems } from './visible-items.js';

export const messagesPanel: Panel = {
  name: 'messages',
  title: 'messages',
  priority: 1,
  heights: ({ view }) => [view.speed === 0 ? 3 : 1, 6, Number.POSITIVE_INFINITY],
  Show: MessagesPanel,
};

function MessagesPanel({ scene, columns, rows }: PanelProps): ReactNode {
  return <Lines lines={messageLines(scene, columns, rows)} columns={columns} rows={rows} />;
}

/** The share of rows for held events while time is stopped: more than for past messages. */
const heldShare = 0.6;
const heldRowsPreferred = 9;

function heldRows(rows: number): number {
  return Math.max(Math.ceil(rows * heldShare), Math.min(rows, heldRowsPreferred));
}

/** The rate above which repeated messages are grouped: nobody can follow more line by line. */
const perSecondReadableMax = 20;

/**
 * Returns the lines of the panel: the messages with the newest at the bottom, repeated ones counted
 * when there are many. While time is stopped, the held events are on top, the next one first.
 */
export function messageLines(scene: Scene, columns: number, rows: number): Line[] {
  const { view, ui } = scene;
  const back = ui.scroll.messages ?? 0;
  const perSecond = view.rates.reduce((sum, rate) => sum + rate.perSecond, 0);
  const isCounted = perSecond > perSecondReadableMax;
  const heading = headText(perSecond, view.notes.length, isCounted) + scrollLabel(back, 'messages');
  const head = panelHead(ui, 'messages', `messages: ${heading}`, columns);
  const held = view.speed === 0 ? heldLines(view.held, columns, heldRows(rows - 1)) : [];
  const hasRule = held.length > 0 && rows - 1 - held.length > 1;
  const rule = hasRule ? [headLine('already sent', columns)] : [];
  const rowsLeft = Math.max(0, rows - 1 - held.length - rule.length);
  const linesMax = Math.min(linesPerMessageMax, rowsLeft);
  const feed = isCounted
    ? noteRuns(view.notes).map((run) => runLines(run, columns, linesMax))
    : view.notes.map((note) => noteLines(note, '', columns, linesMax));
  return [head, ...held, ...rule, ...visibleWholeItems(feed, rowsLeft, back)].slice(0, rows);
}

function headText(perSecond: number, notes: number, isCounted: boolean): string {
  const sample = perSecond > notes ? 'sample of ' : '';
  const repeats = isCounted ? ', repeats counted' : '';
  return `${sample}${shortNumber(perSecond)} per second${repeats}`;
}

/** Repeated messages and heartbeats get one line only. */
function runLines({ note, count }: NoteRun, columns: number, linesMax: number): Line[] {
  const isUsual = count > 1 || note.details.startsWith('heartbeat');
  const countText = (count > 1 ? `×${count}` : '').padEnd(countColumns);
  return noteLines(note, countText, columns, isUsual ? 1 : linesMax);
}

const countColumns = '×200 '.length;

/** The maximum number of lines per message. A longer one is cut. */
const linesPerMessageMax = 2;
/** The width from which on the message types are padded to a column. */
const columnsAligned = 100;
const typeColumns = 'InstallSnapshotReply'.length;

function noteLines(note: MessageNote, count: string, columns: number, linesMax: number): Line[] {
  const prefix = `${note.from} → ${note.to}  ${count}`;
  const texts = wrap(textOf(note, columns), columns - prefix.length, linesMax);
  return texts.map((text, at): Line => {
    const start = { text: at === 0 ? prefix : ' '.repeat(prefix.length) };
    return [start, ...(note.isLost ? [{ text, tone: 'alert' } as const] : tintTerms(text))];
  });
}

function textOf({ type, term, details, isLost }: MessageNote, columns: number): string {
  const typeText = columns < columnsAligned ? type : type.padEnd(typeColumns);
  const lost = isLost ? '✂ lost  ' : '';
  return `${lost}${typeText}  term ${term}  ${oneLine(details)}`.trimEnd();
}

const nextLabel = '  next  ';

/** The events that `n` will run, in that order. */
function heldLines(held: readonly HeldEvent[], columns: number, rows: number): Line[] {
  if (rows < 1) return [];
  const hint = held.length === 0 ? 'nothing is held' : 'n runs the first of these';
  const title: Line = [{ text: cut(`time is stopped: ${hint}`, columns), tone: 'strong' }];
  const room = rows - 1;
  const shown = held.slice(0, held.length > room ? Math.max(0, room - 1) : room);
  const lines = shown.map((event, at): Line => {
    const first = at === 0 ? nextLabel : ' '.repeat(nextLabel.length);
    return [{ text: first, tone: 'strong' }, ...heldLine(event, columns - nextLabel.length)];
  });
  const hidden = held.length - shown.length;
  const more: Line[] = hidden > 0 ? [[{ text: `        and ${hidden} more` }]] : [];
  return [title, ...lines, ...more].slice(0, rows);
}

function heldLine(event: HeldEvent, columns: number): Line {
  if (event.type === 'timer') {
    return [{ text: cut(`${event.node}  timer expires in ${event.inMs} ms`, columns) }];
  }
  const { from, to } = event.message;
  const prefix = `${from} → ${to}  `;
  const text = cut(textOf(event.message, 0), columns - prefix.length);
  return [{ text: prefix }, ...tintTerms(text)];
}
