/**
 * Polls a node for what the view lacks: its log lines and its keys. inspector-panel.tsx shows them,
 * and inspector-facts.ts what the view has.
 */

import type { NodeView } from '../control/index.js';
import type { Inspection } from './scene.js';
import type { TuiOptions } from './tui-options.js';

const askEveryMs = 1000;
/** The maximum number of keys per answer. */
const keysMax = 100;

type InspectionTarget = Pick<Inspection, 'node' | 'prefix'>;

export class Inspector {
  readonly #ask: TuiOptions['ask'];
  readonly #onInspected: (inspection: Inspection) => void;
  #timer: NodeJS.Timeout | null = null;
  #findTarget: (() => InspectionTarget | null) | null = null;
  #isAsking = false;

  constructor(ask: TuiOptions['ask'], onInspected: (inspection: Inspection) => void) {
    this.#ask = ask;
    this.#onInspected = onInspected;
  }

  /** Polls what `findTarget` returns at the time, at once and every second. Null stops that. */
  watch(findTarget: (() => InspectionTarget | null) | null): void {
    this.#findTarget = findTarget;
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = findTarget && setInterval(() => void this.#refresh(), askEveryMs).unref();
    void this.#refresh();
  }

  async #refresh(): Promise<void> {
    const target = this.#findTarget?.();
    if (!target || this.#isAsking) return;
    this.#isAsking = true;
    const inspection = await this.#inspect(target);
    this.#isAsking = false;
    if (this.#findTarget) this.#onInspected(inspection);
  }

  async #inspect({ node, prefix }: InspectionTarget): Promise<Inspection> {
    const [lines, keys] = await Promise.all([this.#linesOf(node), this.#keysOf(node, prefix)]);
    return { node, prefix, lines, keys };
  }

  async #linesOf(node: NodeView['id']): Promise<readonly string[]> {
    try {
      return (await this.#ask({ type: 'lines', node })).lines;
    } catch {
      return [];
    }
  }

  async #keysOf(node: NodeView['id'], prefix: string): Promise<Inspection['keys']> {
    try {
      return await this.#ask({ type: 'keys', node, prefix, max: keysMax });
    } catch {
      return null;
    }
  }
}
