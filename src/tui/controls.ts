import { toErrorData } from '../base/errors.js';
import { commandLineOf, type Intent } from '../control/index.js';
import { decide } from './decide.js';
import type { Action } from './keys.js';
import { firstUi, type Note, type Ui } from './scene.js';
import type { Store } from './store.js';
import type { TuiOptions } from './tui-options.js';

type Cluster = Pick<TuiOptions, 'source' | 'dispatch'>;

interface Terminal {
  readonly redraw: () => void;
  readonly quit: () => void;
}

/** Carries out what the user does, and keeps what has been chosen. */
export class Controls implements Store<Ui> {
  readonly #cluster: Cluster;
  readonly #terminal: Terminal;
  readonly #listeners = new Set<() => void>();
  #ui = firstUi;

  constructor(cluster: Cluster, terminal: Terminal) {
    this.#cluster = cluster;
    this.#terminal = terminal;
  }

  current(): Ui {
    return this.#ui;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  perform(action: Action): void {
    const outcome = decide(action, this.#ui, this.#cluster.source.view());
    if (outcome.type === 'show' || outcome.type === 'dispatch') this.#show(outcome.ui);
    if (outcome.type === 'dispatch') void this.#dispatch(outcome.intent);
    else if (outcome.type !== 'show') this.#terminal[outcome.type]();
  }

  async #dispatch(intent: Intent): Promise<void> {
    const command = commandLineOf(intent, this.#cluster.source.view().cluster);
    this.#note({ text: `doing: ${command}`, isFailure: false });
    try {
      await this.#cluster.dispatch(intent);
      this.#note({ text: `you did: ${command}`, isFailure: false });
    } catch (error) {
      this.#note({ text: `failed: ${command}: ${toErrorData(error).message}`, isFailure: true });
    }
  }

  #note(note: Note): void {
    this.#show({ ...this.#ui, note });
  }

  #show(ui: Ui): void {
    this.#ui = ui;
    for (const listener of this.#listeners) listener();
  }
}
