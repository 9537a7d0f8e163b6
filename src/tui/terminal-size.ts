import type { Size } from './layout.js';
import type { Store } from './store.js';

/** What a terminal is taken for that does not tell its size. */
const usualSize: Size = { columns: 80, rows: 24 };

export class TerminalSize implements Store<Size> {
  readonly #stdout: NodeJS.WriteStream;
  #size = usualSize;

  constructor(stdout: NodeJS.WriteStream) {
    this.#stdout = stdout;
  }

  current(): Size {
    const columns = this.#stdout.columns || usualSize.columns;
    const rows = this.#stdout.rows || usualSize.rows;
    const { columns: columnsBefore, rows: rowsBefore } = this.#size;
    if (columns !== columnsBefore || rows !== rowsBefore) this.#size = { columns, rows };
    return this.#size;
  }

  subscribe(listener: () => void): () => void {
    this.#stdout.on('resize', listener);
    return () => this.#stdout.off('resize', listener);
  }
}
