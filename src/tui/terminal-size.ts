/** Follows the size of the terminal. */

import type { ExternalStore } from './external-store.js';
import type { Size } from './layout.js';

/** The size to assume when a terminal does not report its own. */
const defaultSize: Size = { columns: 80, rows: 24 };

export class TerminalSize implements ExternalStore<Size> {
  readonly #stdout: NodeJS.WriteStream;
  #size = defaultSize;

  constructor(stdout: NodeJS.WriteStream) {
    this.#stdout = stdout;
  }

  current(): Size {
    const columns = this.#stdout.columns || defaultSize.columns;
    const rows = this.#stdout.rows || defaultSize.rows;
    const { columns: columnsBefore, rows: rowsBefore } = this.#size;
    if (columns !== columnsBefore || rows !== rowsBefore) this.#size = { columns, rows };
    return this.#size;
  }

  subscribe(listener: () => void): () => void {
    this.#stdout.on('resize', listener);
    return () => this.#stdout.off('resize', listener);
  }
}
