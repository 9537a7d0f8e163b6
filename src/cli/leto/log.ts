import { pino } from 'pino';
import type { NodeEvent, NodeId } from '../../control/index.js';
import { activityText, eventText, type NodeActivity, type NodeObserver } from '../../node/index.js';

/** Each says what the ones before it say, and more. */
export const logLevels = ['quiet', 'v', 'debug', 'trace'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What is said whatever the level; a step above what `-v` adds. */
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

/** One JSON object a line: `level`, `time`, `node`, `msg`; of an event its name and what belongs to it. */
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

  /** Whatever the level. */
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

/** A line of the log as a person at a terminal likes it: when, and what. */
export function humanLine(line: string): string {
  const { time, msg } = JSON.parse(line) as { readonly time: string; readonly msg: string };
  return `${time} ${msg}\n`;
}
