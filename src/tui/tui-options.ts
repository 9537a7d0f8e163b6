import type { ByteString } from '../base/index.js';
import type { AnswerTo, ClusterView, Intent, NodeView, Question } from '../control/index.js';

/** The cluster as the UI sees it, whether it runs in this process or behind a socket. */
export interface TuiSource {
  /** The same object until something has changed. */
  view(): ClusterView;
  /**
   * The listener is called whenever the view has changed, thousands of times a second if need be.
   * @returns the way to stop listening
   */
  subscribe(listener: () => void): () => void;
}

export interface ClientReply {
  /** As redis-cli would show it. */
  readonly lines: readonly string[];
  readonly isFailure: boolean;
}

/** How a recording is played, in place of a cluster that can be acted on. */
export interface Playback {
  /** Where it is, for the title line: `REPLAY 0:34 / 2:10`. */
  statusText(): string;
  /** On the clock of the views' `startedAtMs`. */
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
  /** What it rejects with is shown to the user. */
  readonly dispatch: (intent: Intent) => Promise<void>;
  /** What it rejects with is shown where the answer would be. */
  readonly ask: <Q extends Question>(question: Q) => Promise<AnswerTo<Q>>;
  /** Sends a command to a node's RESP port; what it rejects with is shown as its reply. */
  readonly sendCommand: (
    node: NodeView['id'],
    words: readonly ByteString[],
  ) => Promise<ClientReply>;
  /** What `q` does to the cluster: it stops, or runs on without this terminal. */
  readonly quitMode: 'stop' | 'detach';
  readonly stdin: NodeJS.ReadStream;
  /**
   * Whoever calls listens for its errors, and ends the UI by `signal`: threads of nodes write to it
   * too, each with a listener, so that a further one passes for a leak.
   */
  readonly stdout: NodeJS.WriteStream;
  /** False gives plain text, with the same information. */
  readonly colour: boolean;
  readonly version: string;
  /** What is shown is a recording: some keys play it, and none acts on nodes. */
  readonly playback?: Playback | undefined;
  /** Ends the UI from outside, as `q` does: when the cluster stops by itself, say. */
  readonly signal?: AbortSignal;
}
