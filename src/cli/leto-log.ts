import { printable } from '../base/bytes.js';
import { describeEvent, type NodeEvent, type NodeId, toClusterEvent } from '../control/index.js';
import type { Sight } from '../node/onlooker.js';

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

const keyCharsMax = 64;

/** One line an event, on stderr: `<ISO time> <what happened>`. */
export class LetoLog {
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
    if (this.#tells(event.type)) this.say(describeEvent(toClusterEvent('', this.#id, event)));
  }

  sight(sight: Sight): void {
    if (this.#tells(sight.type)) this.say(`${this.#id}${describeSight(sight)}`);
  }

  #tells(type: keyof typeof levelOf): boolean {
    return logLevels.indexOf(levelOf[type]) <= this.#level;
  }
}

function describeSight(sight: Sight): string {
  switch (sight.type) {
    case 'clientCame':
      return `'s client ${sight.client} comes from ${sight.from}`;
    case 'clientLeft':
      return `'s client ${sight.client} leaves`;
    case 'command':
      return `'s client ${sight.client}: ${commandText(sight)}`;
    case 'peerMet':
      return ` is called by ${sight.peer}`;
    case 'peerLost':
      return ` has lost its connection to ${sight.peer}`;
  }
}

function commandText({ name, key }: Extract<Sight, { type: 'command' }>): string {
  if (name === null) return 'an unknown command';
  return key === null ? name : `${name} ${printable(key, keyCharsMax)}`;
}
