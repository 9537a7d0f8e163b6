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

/** What comes matters more than what was. */
const waitingShare = 0.6;
const waitingRowsPreferred = 9;

function waitingRows(rows: number): number {
  return Math.max(Math.ceil(rows * waitingShare), Math.min(rows, waitingRowsPreferred));
}

/** More in a second than this nobody can follow line by line. */
const perSecondReadableMax = 20;

/**
 * The newest at the bottom; where they are many, what is said again is counted. While time stands
 * still, on top what waits, the first to come first.
 */
export function messageLines(scene: Scene, columns: number, rows: number): Line[] {
  const { view, ui } = scene;
  const back = ui.scroll.messages ?? 0;
  const perSecond = view.rates.reduce((sum, rate) => sum + rate.perSecond, 0);
  const isCounted = perSecond > perSecondReadableMax;
  const words = headWords(perSecond, view.notes.length, isCounted) + scrollLabel(back, 'messages');
  const head = panelHead(ui, 'messages', `messages: ${words}`, columns);
  const waiting = view.speed === 0 ? heldLines(view.held, columns, waitingRows(rows - 1)) : [];
  const hasRule = waiting.length > 0 && rows - 1 - waiting.length > 1;
  const rule = hasRule ? [headLine('already sent', columns)] : [];
  const rowsLeft = Math.max(0, rows - 1 - waiting.length - rule.length);
  const linesMax = Math.min(linesPerMessageMax, rowsLeft);
  const feed = isCounted
    ? noteRuns(view.notes).map((run) => runLines(run, columns, linesMax))
    : view.notes.map((note) => noteLines(note, '', columns, linesMax));
  return [head, ...waiting, ...rule, ...visibleWholeItems(feed, rowsLeft, back)].slice(0, rows);
}

function headWords(perSecond: number, notes: number, isCounted: boolean): string {
  const sample = perSecond > notes ? 'sample of ' : '';
  const repeats = isCounted ? ', repeats counted' : '';
  return `${sample}${shortNumber(perSecond)} per second${repeats}`;
}

/** What is said again and again needs no second line. */
function runLines({ note, count }: NoteRun, columns: number, linesMax: number): Line[] {
  const isUsual = count > 1 || note.details.startsWith('heartbeat');
  const words = (count > 1 ? `×${count}` : '').padEnd(countColumns);
  return noteLines(note, words, columns, isUsual ? 1 : linesMax);
}

const countColumns = '×200 '.length;

/** A message that is longer is cut. */
const linesPerMessageMax = 2;
/** From here on, types of messages are in a column of their own. */
const columnsAligned = 100;
const typeColumns = 'InstallSnapshotReply'.length;

function noteLines(note: MessageNote, count: string, columns: number, linesMax: number): Line[] {
  const ends = `${note.from} → ${note.to}  ${count}`;
  const texts = wrap(wordsOf(note, columns), columns - ends.length, linesMax);
  return texts.map((text, at): Line => {
    const first = { text: at === 0 ? ends : ' '.repeat(ends.length) };
    return [first, ...(note.isLost ? [{ text, tone: 'alert' } as const] : tintTerms(text))];
  });
}

function wordsOf({ type, term, details, isLost }: MessageNote, columns: number): string {
  const words = columns < columnsAligned ? type : type.padEnd(typeColumns);
  const lost = isLost ? '✂ lost  ' : '';
  return `${lost}${words}  term ${term}  ${oneLine(details)}`.trimEnd();
}

const nextWord = '  next  ';

/** What `n` will let happen, in that order. */
function heldLines(held: readonly HeldEvent[], columns: number, rows: number): Line[] {
  if (rows < 1) return [];
  const words = held.length === 0 ? 'nothing is held' : 'n runs the first of these';
  const title: Line = [{ text: cut(`time stands still: ${words}`, columns), tone: 'strong' }];
  const room = rows - 1;
  const shown = held.slice(0, held.length > room ? Math.max(0, room - 1) : room);
  const lines = shown.map((event, at): Line => {
    const first = at === 0 ? nextWord : ' '.repeat(nextWord.length);
    return [{ text: first, tone: 'strong' }, ...heldLine(event, columns - nextWord.length)];
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
  const ends = `${from} → ${to}  `;
  return [{ text: ends }, ...tintTerms(cut(wordsOf(event.message, 0), columns - ends.length))];
}
