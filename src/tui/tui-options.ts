import type { ClusterView, Intent } from '../control/index.js';

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

export interface TuiOptions {
  readonly source: TuiSource;
  /** What it rejects with is shown to the user. */
  readonly dispatch: (intent: Intent) => Promise<void>;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** False gives plain text, with the same information. */
  readonly colour: boolean;
  readonly version: string;
  /** Ends the UI from outside, as `q` does: when the cluster stops by itself, say. */
  readonly signal?: AbortSignal;
}
