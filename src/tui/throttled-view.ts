/** The cluster's view, updated at most once per `frameMs`, and only when something has changed. */

import type { ClusterView } from '../control/index.js';
import type { ExternalStore } from './external-store.js';
import type { TuiSource } from './tui-options.js';

/** The minimum interval between frames. A cluster may change a thousand times a second. */
export const frameMs = 100;

export class ThrottledView implements ExternalStore<ClusterView> {
  readonly #source: TuiSource;
  #view: ClusterView;

  constructor(source: TuiSource) {
    this.#source = source;
    this.#view = source.view();
  }

  current(): ClusterView {
    return this.#view;
  }

  subscribe(listener: () => void): () => void {
    let timer: NodeJS.Timeout | null = null;
    const show = () => {
      timer = null;
      this.#view = this.#source.view();
      listener();
    };
    const showSoon = () => {
      timer ??= setTimeout(show, frameMs);
    };
    const unsubscribe = this.#source.subscribe(showSoon);
    showSoon();
    return () => {
      unsubscribe();
      if (timer) clearTimeout(timer);
    };
  }
}
