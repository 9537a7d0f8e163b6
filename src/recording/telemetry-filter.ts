/**
 * Leaves out telemetry that a replay does not need. In an idle cluster nearly all of it is
 * heartbeats and the election timers that they refill, thirty times a second.
 */

import type { MessageNote, NodeId, NodeReport, NodeView, Telemetry } from '../control/index.js';

type Traffic = Extract<Telemetry, { readonly type: 'traffic' }>;
type NodeChange = Extract<Telemetry, { readonly type: 'node' }>;

/** The minimum interval between recorded reports of a node that repeat the same messages. */
const sameMessagesEveryMs = 1000;
/** The maximum number of message notes kept per report: the latest ones. */
export const notesRecordedMax = 8;
/** An election timer with at least this share left counts as full: heartbeats keep refilling it. */
const fullTimerShare = 3 / 4;

export class TelemetryFilter {
  readonly #reports = new Map<NodeId, string>();
  readonly #messages = new Map<
    NodeId,
    { readonly t: number; readonly texts: ReadonlySet<string> }
  >();

  /** Returns the telemetry to record, or null when it can be left out. `t` is in milliseconds. */
  filter(t: number, telemetry: Telemetry): Telemetry | null {
    if (telemetry.type === 'traffic') return this.#filterTraffic(t, telemetry);
    if (telemetry.type === 'node' && !this.#isNew(telemetry)) return null;
    return telemetry;
  }

  #isNew({ id, change }: NodeChange): boolean {
    const text = comparableText(change);
    if (text !== null && text === this.#reports.get(id)) return false;
    if (text === null) this.#reports.delete(id);
    else this.#reports.set(id, text);
    return true;
  }

  /** A report that a node has fallen silent is always kept: it is sent only once. */
  #filterTraffic(t: number, { type, from, report }: Traffic): Traffic | null {
    const notes = report.notes.slice(-notesRecordedMax);
    const texts = new Set(notes.map(textOf));
    const last = this.#messages.get(from);
    const isSilent = report.sent.length === 0;
    if (last && !isSilent && t - last.t < sameMessagesEveryMs) {
      if ([...texts].every((text) => last.texts.has(text))) return null;
    }
    this.#messages.set(from, { t, texts });
    return { type, from, report: { notes, sent: report.sent, overMs: Math.round(report.overMs) } };
  }
}

/**
 * Returns the report as text to compare with the previous one, without the values that change all
 * the time. Null when the change holds more than a report.
 */
function comparableText(change: Partial<Omit<NodeView, 'id'>>): string | null {
  const { report, ...others } = change;
  if (!report || Object.keys(others).length > 0) return null;
  return JSON.stringify({ ...report, electionTimer: comparableTimer(report) });
}

function comparableTimer({
  electionTimer: timer,
}: NodeReport): NodeReport['electionTimer'] | 'full' {
  return timer && timer.leftMs >= fullTimerShare * timer.timeoutMs ? 'full' : timer;
}

function textOf({ to, type, term, details, isLost }: MessageNote): string {
  return [to, type, term, details, isLost].join('|');
}
