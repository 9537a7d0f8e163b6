import type { NodeEvent, NodeId } from '../control/index.js';
import { eventText, sightText } from '../node/log-text.js';
import type { Onlooker, Sight } from '../node/onlooker.js';

/** Each says what the ones before it say, and more. */
export const logLevels = ['quiet', 'v', 'debug', 'trace'] as const;
export type LogLevel = (typeof logLevels)[number];

const levelOf: Readonly<Record<NodeEvent['type'] | Sight['type'], LogLevel>> = {
  warned: 'quiet',
  becameLeader: 'v',
  becameFollower: 'v',
  becameCandidate: 'v',
  steppedDown: 'v',
  transferStarted: 'v',
  transferFailed: 'v',
  configurationChanged: 'v',
  becamePreCandidate: 'debug',
  votedFor: 'debug',
  truncated: 'debug',
  snapshotTaken: 'debug',
  snapshotInstalled: 'debug',
  peerMet: 'debug',
  peerLost: 'debug',
  clientCame: 'debug',
  clientLeft: 'debug',
  command: 'trace',
};

/** One line an event, on stderr: `<ISO time> <what happened>`. */
export class LetoLog implements Onlooker {
  readonly #id: NodeId;
  readonly #level: number;
  readonly #write: (line: string) => void;

  constructor(id: NodeId, level: LogLevel, write: (line: string) => void) {
    this.#id = id;
    this.#level = logLevels.indexOf(level);
    this.#write = write;
  }

  /** Whatever the level. */
  say(text: string): void {
    this.#write(`${new Date().toISOString()} ${text}\n`);
  }

  event(event: NodeEvent): void {
    if (this.#tells(event.type)) this.say(eventText(this.#id, event));
  }

  get seesCommands(): boolean {
    return this.#tells('command');
  }

  see(sight: Sight): void {
    if (this.#tells(sight.type)) this.say(sightText(this.#id, sight));
  }

  #tells(type: keyof typeof levelOf): boolean {
    return logLevels.indexOf(levelOf[type]) <= this.#level;
  }
}
