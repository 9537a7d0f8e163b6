/**
 * Holds the UI state and carries out the decision for each key: dispatches intents, sends commands,
 * starts background writes. decide.ts, which is pure, makes the decision.
 */

import { splitWords, toErrorData } from '../base/index.js';
import { commandLineOf, type Intent } from '../control/index.js';
import { BackgroundWriter } from './background-writer.js';
import { decide } from './decide.js';
import type { ExternalStore } from './external-store.js';
import { Inspector } from './inspector.js';
import { decideInPlayback } from './playback.js';
import {
  type ClientExchange,
  exchangesKeptMax,
  initialUi,
  type StatusNote,
  selectedNode,
  type UiState,
} from './scene.js';
import type { TuiOptions } from './tui-options.js';
import type { UiDecision } from './ui-decision.js';

type ControlledCluster = Pick<
  TuiOptions,
  'source' | 'dispatch' | 'ask' | 'sendCommand' | 'playback'
>;

interface Terminal {
  readonly redraw: () => void;
  readonly quit: () => void;
}

/**
 * A read with more keys than this is a paste. A paste outside a prompt is ignored: each x in it
 * would kill a node.
 */
const keysAtOnceMax = 32;

export class Controls implements ExternalStore<UiState> {
  readonly #cluster: ControlledCluster;
  readonly #terminal: Terminal;
  readonly #listeners = new Set<() => void>();
  readonly #backgroundWriter: BackgroundWriter;
  readonly #inspector: Inspector;
  #ui = initialUi;

  constructor(cluster: ControlledCluster, terminal: Terminal) {
    this.#cluster = cluster;
    this.#terminal = terminal;
    this.#backgroundWriter = new BackgroundWriter(cluster, (change) =>
      this.#countBackgroundWrite(change),
    );
    this.#inspector = new Inspector(cluster.ask, (inspection) => {
      this.#show({ ...this.#ui, inspection });
    });
  }

  current(): UiState {
    return this.#ui;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Handles the keys of one read. Pasted text goes into an open prompt but never submits it. */
  press(keys: readonly string[]): void {
    const isPaste = keys.length > keysAtOnceMax;
    if (isPaste && this.#ui.prompt === null) return;
    for (const key of keys) this.#perform(this.#decide(isPaste && key === 'Enter' ? ' ' : key));
  }

  /** Starts or stops polling the selected node; call with true while the inspector is visible. */
  inspect(isShown: boolean): void {
    this.#inspector.watch(isShown ? () => this.#inspectionTarget() : null);
  }

  /** Stops the polling and the background writes. */
  stop(): void {
    this.#backgroundWriter.setRunning(false);
    this.#inspector.watch(null);
  }

  #decide(key: string): UiDecision {
    const { playback } = this.#cluster;
    if (playback) return decideInPlayback(key, this.#ui, this.#view(), playback);
    return decide(key, this.#ui, this.#view());
  }

  #perform(decision: UiDecision): void {
    if ('ui' in decision) this.#show(decision.ui);
    if (decision.type === 'dispatch') void this.#dispatch(decision.intent);
    else if (decision.type === 'sendCommand') {
      void this.#sendCommand(decision.node, decision.command);
    } else if (decision.type !== 'update') this.#terminal[decision.type]();
    this.#backgroundWriter.setRunning(this.#ui.backgroundWrites.isOn);
  }

  async #dispatch(intent: Intent): Promise<void> {
    const command = commandLineOf(intent, this.#view().cluster);
    this.#setNote({ text: `running: ${command}`, isFailure: false });
    try {
      await this.#cluster.dispatch(intent);
      this.#setNote({ text: `you did: ${command}`, isFailure: false });
    } catch (error) {
      this.#setNote({ text: `failed: ${command}: ${toErrorData(error).message}`, isFailure: true });
    }
  }

  async #sendCommand(node: ClientExchange['node'], command: string): Promise<void> {
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
    if (words === null) return { lines: ['unbalanced quotes'], isFailure: true };
    try {
      return await this.#cluster.sendCommand(node, words);
    } catch (error) {
      return { lines: [toErrorData(error).message], isFailure: true };
    }
  }

  #countBackgroundWrite(change: 'acknowledged' | 'failed'): void {
    const { backgroundWrites } = this.#ui;
    this.#show({
      ...this.#ui,
      backgroundWrites: { ...backgroundWrites, [change]: backgroundWrites[change] + 1 },
    });
  }

  #inspectionTarget() {
    const node = selectedNode(this.#view(), this.#ui);
    return node && { node: node.id, prefix: this.#ui.prefix };
  }

  #setNote(note: StatusNote): void {
    this.#show({ ...this.#ui, note });
  }

  #show(ui: UiState): void {
    if (ui === this.#ui) return;
    this.#ui = ui;
    for (const listener of this.#listeners) listener();
  }

  #view() {
    return this.#cluster.source.view();
  }
}
