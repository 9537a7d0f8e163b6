import type { MessageNote, NodeId, NodeReport, NodeView, Telemetry } from '../control/index.js';

type Traffic = Extract<Telemetry, { readonly type: 'traffic' }>;
type NodeChange = Extract<Telemetry, { readonly type: 'node' }>;

/** Messages that say what those before them said are recorded so often. */
const sameMessagesEveryMs = 1000;
/** Messages of one report that are recorded, the latest; a node under load tells of more. */
export const notesRecordedMax = 8;
/** An election timer with as much of it left is one that heartbeats keep filling. */
const fullTimerShare = 3 / 4;

/**
 * Leaves out what a replay does not need. In a cluster at rest heartbeats and the timers that they
 * fill are nearly all there is to tell, thirty times a second.
 */
export class TelemetryFilter {
  readonly #reports = new Map<NodeId, string>();
  readonly #messages = new Map<
    NodeId,
    { readonly t: number; readonly texts: ReadonlySet<string> }
  >();

  /** Null where it can be left out. */
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

  /** One that has fallen silent says so once: that is always news. */
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

/** A report without what moves all the time; null where more than a report has changed. */
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
