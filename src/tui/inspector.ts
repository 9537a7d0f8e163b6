import type { NodeView } from '../control/index.js';
import type { Inspection } from './scene.js';
import type { TuiOptions } from './tui-options.js';

const askEveryMs = 1000;
/** Keys that a node is asked for. */
const keysMax = 100;

type InspectionTarget = Pick<Inspection, 'node' | 'prefix'>;

/** Asks a node for what no view has: its own log lines and its keys. */
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

  /** Asks about what is inspected at the time; null ends that. */
  watch(inspected: (() => InspectionTarget | null) | null): void {
    this.#findTarget = inspected;
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = inspected && setInterval(() => void this.#refresh(), askEveryMs).unref();
    void this.#refresh();
  }

  /** Once more now: another node or prefix is inspected. */
  async #refresh(): Promise<void> {
    const inspected = this.#findTarget?.();
    if (!inspected || this.#isAsking) return;
    this.#isAsking = true;
    const inspection = await this.#inspect(inspected);
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
