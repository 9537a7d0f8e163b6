import type { ClusterView } from '../control/index.js';
import type { ExternalStore } from './external-store.js';
import type { TuiSource } from './tui-options.js';

/** Ten pictures a second are as much as an eye follows; a cluster may change a thousand times. */
export const frameMs = 100;

/** The view at a steady pace: it changes once in `frameMs` at most, and not when nothing happens. */
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
