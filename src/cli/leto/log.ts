/**
 * The log of `leto`: one JSON object a line, chosen by -v, -debug and -trace. The sentences come
 * from src/node; values of keys are never in them.
 */

import { pino } from 'pino';
import type { NodeEvent, NodeId } from '../../control/index.js';
import { activityText, eventText, type NodeActivity, type NodeObserver } from '../../node/index.js';

/** Each level logs all that the levels before it log. */
export const logLevels = ['quiet', 'v', 'debug', 'trace'] as const;
export type LogLevel = (typeof logLevels)[number];

/** The severity of lines that are logged at every level; pino has info at 30 and warn at 40. */
const noticeLevel = 35;
type Severity = 'warn' | 'notice' | 'info' | 'debug' | 'trace';

const minSeverity: Readonly<Record<LogLevel, Severity>> = {
  quiet: 'notice',
  v: 'info',
  debug: 'debug',
  trace: 'trace',
};

const severities: Readonly<Record<NodeEvent['type'] | NodeActivity['type'], Severity>> = {
  warned: 'warn',
  becameLeader: 'info',
  becameFollower: 'info',
  becameCandidate: 'info',
  steppedDown: 'info',
  transferStarted: 'info',
  transferFailed: 'info',
  configurationChanged: 'info',
  becamePreCandidate: 'debug',
  votedFor: 'debug',
  truncated: 'debug',
  snapshotTaken: 'debug',
  snapshotInstalled: 'debug',
  peerConnected: 'debug',
  peerLost: 'debug',
  clientConnected: 'debug',
  clientDisconnected: 'debug',
  command: 'trace',
};

/** Writes lines with `level`, `time`, `node` and `msg`; an event adds its name and its fields. */
export class LetoLog implements NodeObserver {
  readonly #id: NodeId;
  readonly #logger: pino.Logger<'notice'>;

  constructor(id: NodeId, level: LogLevel, write: (line: string) => void) {
    this.#id = id;
    const options = {
      level: minSeverity[level],
      customLevels: { notice: noticeLevel },
      base: { node: id },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
    };
    this.#logger = pino(options, { write });
  }

  /** Logs a line at every level. */
  notice(text: string): void {
    this.#logger.notice(text);
  }

  warn(text: string): void {
    this.#logger.warn(text);
  }

  event({ type, ...details }: NodeEvent): void {
    const severity = severities[type];
    if (!this.#logger.isLevelEnabled(severity)) return;
    const text = eventText(this.#id, { type, ...details } as NodeEvent);
    this.#logger[severity]({ event: type, ...details }, text);
  }

  get wantsCommands(): boolean {
    return this.#logger.isLevelEnabled(severities.command);
  }

  observe(activity: NodeActivity): void {
    const severity = severities[activity.type];
    if (!this.#logger.isLevelEnabled(severity)) return;
    this.#logger[severity]({ event: activity.type }, activityText(this.#id, activity));
  }
}

/** Turns a JSON line of the log into `time message`, for a terminal. */
export function humanLine(line: string): string {
  const { time, msg } = JSON.parse(line) as { readonly time: string; readonly msg: string };
  return `${time} ${msg}\n`;
}
