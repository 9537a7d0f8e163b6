/** What the terminal UI needs from its caller. */

import type { ByteString } from '../base/index.js';
import type { AnswerTo, ClusterView, Intent, NodeView, Question } from '../control/index.js';

/** The observed cluster, in this process or behind a socket. */
export interface TuiSource {
  /** Returns the same object until something has changed. */
  view(): ClusterView;
  /**
   * Calls the listener whenever the view has changed, possibly thousands of times a second.
   * @returns a function that unsubscribes it
   */
  subscribe(listener: () => void): () => void;
}

export interface ClientReply {
  /** The reply as redis-cli shows it. */
  readonly lines: readonly string[];
  readonly isFailure: boolean;
}

/** Controls of a recording, which is played in place of a live cluster. */
export interface Playback {
  /** The position for the title line, for example `REPLAY 0:34 / 2:10`. */
  statusText(): string;
  /** The current time of the recording, on the clock of the views' `startedAtMs`. */
  nowMs(): number;
  playOrPause(): void;
  faster(): void;
  slower(): void;
  moveBy(ms: number): void;
  toStart(): void;
  toEnd(): void;
  toNextEvent(): void;
}

export interface TuiOptions {
  readonly source: TuiSource;
  /** Carries out an action. A rejection is shown to the user. */
  readonly dispatch: (intent: Intent) => Promise<unknown>;
  /** Asks a node. After a rejection the inspector shows that there is no answer. */
  readonly ask: <Q extends Question>(question: Q) => Promise<AnswerTo<Q>>;
  /** Sends a command to a node's RESP port. A rejection is shown as the reply. */
  readonly sendCommand: (
    node: NodeView['id'],
    words: readonly ByteString[],
  ) => Promise<ClientReply>;
  /** What `q` does to the cluster: stop it, or leave it running without this terminal. */
  readonly quitMode: 'stop' | 'detach';
  readonly stdin: NodeJS.ReadStream;
  /**
   * The caller must handle its errors and then end the UI by `signal`. The threads of nodes write
   * to it too, each with an error listener, so one more here would trigger Node's leak warning.
   */
  readonly stdout: NodeJS.WriteStream;
  /** False for plain text, with the same information. */
  readonly colour: boolean;
  readonly version: string;
  /**
   * The controls of the recording that is shown. Some keys then control it, and none acts on nodes.
   */
  readonly playback?: Playback | undefined;
  /** Ends the UI as `q` does, for example when the cluster stops by itself. */
  readonly signal?: AbortSignal;
}
