import { splitWords, toErrorData } from '../base/index.js';
import { commandLineOf, type Intent } from '../control/index.js';
import { decide } from './decide.js';
import { Inspector } from './inspector.js';
import type { Outcome } from './outcome.js';
import { decideInPlayback } from './playback.js';
import {
  type ClientExchange,
  exchangesKeptMax,
  firstUi,
  type Note,
  selectedNode,
  type Ui,
} from './scene.js';
import type { Store } from './store.js';
import { Trickler } from './trickler.js';
import type { TuiOptions } from './tui-options.js';

type Cluster = Pick<TuiOptions, 'source' | 'dispatch' | 'ask' | 'client' | 'playback'>;

interface Terminal {
  readonly redraw: () => void;
  readonly quit: () => void;
}

/** As many keys at once are a paste, and no one's wish to kill a node for each x in it. */
const keysAtOnceMax = 32;

/** Carries out what the user does, and keeps what has been chosen. */
export class Controls implements Store<Ui> {
  readonly #cluster: Cluster;
  readonly #terminal: Terminal;
  readonly #listeners = new Set<() => void>();
  readonly #trickler: Trickler;
  readonly #inspector: Inspector;
  #ui = firstUi;

  constructor(cluster: Cluster, terminal: Terminal) {
    this.#cluster = cluster;
    this.#terminal = terminal;
    this.#trickler = new Trickler(cluster, (change) => this.#tellTrickle(change));
    this.#inspector = new Inspector(cluster.ask, (inspection) => {
      this.#show({ ...this.#ui, inspection });
    });
  }

  current(): Ui {
    return this.#ui;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Text that is pasted is typed into a prompt, but never ends one. */
  press(keys: readonly string[]): void {
    const isPaste = keys.length > keysAtOnceMax;
    if (isPaste && this.#ui.prompt === null) return;
    for (const key of keys) this.#perform(this.#decide(isPaste && key === 'Enter' ? ' ' : key));
  }

  /** Asks the selected node about itself again and again, while that is to be seen. */
  inspect(isShown: boolean): void {
    this.#inspector.follow(isShown ? () => this.#inspected() : null);
  }

  /** Nothing more is asked or written. */
  stop(): void {
    this.#trickler.follow(false);
    this.#inspector.follow(null);
  }

  #decide(key: string): Outcome {
    const { playback } = this.#cluster;
    if (playback) return decideInPlayback(key, this.#ui, this.#view(), playback);
    return decide(key, this.#ui, this.#view());
  }

  #perform(outcome: Outcome): void {
    if ('ui' in outcome) this.#show(outcome.ui);
    if (outcome.type === 'dispatch') void this.#dispatch(outcome.intent);
    else if (outcome.type === 'say') void this.#say(outcome.node, outcome.command);
    else if (outcome.type !== 'show') this.#terminal[outcome.type]();
    this.#trickler.follow(this.#ui.trickle.isOn);
  }

  async #dispatch(intent: Intent): Promise<void> {
    const command = commandLineOf(intent, this.#view().cluster);
    this.#note({ text: `doing: ${command}`, isFailure: false });
    try {
      await this.#cluster.dispatch(intent);
      this.#note({ text: `you did: ${command}`, isFailure: false });
    } catch (error) {
      this.#note({ text: `failed: ${command}: ${toErrorData(error).message}`, isFailure: true });
    }
  }

  async #say(node: ClientExchange['node'], command: string): Promise<void> {
    const exchange: ClientExchange = { node, command, reply: [], isFailure: false };
    const { transcript } = this.#ui;
    this.#show({ ...this.#ui, transcript: [...transcript.slice(1 - exchangesKeptMax), exchange] });
    const { lines: reply, isFailure } = await this.#replyTo(node, command);
    const answered = this.#ui.transcript.map((one) =>
      one === exchange ? { ...one, reply, isFailure } : one,
    );
    this.#show({ ...this.#ui, transcript: answered });
  }

  async #replyTo(node: ClientExchange['node'], command: string) {
    const words = splitWords(Buffer.from(command).toString('latin1'));
    if (words === null) return { lines: ['a quote is not closed'], isFailure: true };
    try {
      return await this.#cluster.client(node, words);
    } catch (error) {
      return { lines: [toErrorData(error).message], isFailure: true };
    }
  }

  #tellTrickle(change: 'acknowledged' | 'failed'): void {
    const { trickle } = this.#ui;
    this.#show({ ...this.#ui, trickle: { ...trickle, [change]: trickle[change] + 1 } });
  }

  #inspected() {
    const node = selectedNode(this.#view(), this.#ui);
    return node && { node: node.id, prefix: this.#ui.prefix };
  }

  #note(note: Note): void {
    this.#show({ ...this.#ui, note });
  }

  #show(ui: Ui): void {
    if (ui === this.#ui) return;
    this.#ui = ui;
    for (const listener of this.#listeners) listener();
  }

  #view() {
    return this.#cluster.source.view();
  }
}
