/**
 * Shows progress as a bar that is overwritten on a terminal, and as occasional lines elsewhere.
 * Text without a percentage is shown by ../shell/output.ts.
 */

import type { StressProgress } from '../../check/index.js';

const barCells = 24;
/** Without a terminal, a line is printed each time a step has advanced by this much. */
const linePercent = 25;

/** The part of `process.stderr` that is used. */
interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export class ProgressBar {
  readonly #output: ProgressOutput;
  #last = '';

  constructor(output: ProgressOutput) {
    this.#output = output;
  }

  show(progress: StressProgress): void {
    if (this.#output.isTTY) this.#change(barText(progress), (text) => `\r\x1b[K${text}`);
    else this.#change(lineText(progress), (text) => `${text}\n`);
  }

  end(): void {
    if (this.#output.isTTY) this.#output.write('\r\x1b[K');
  }

  #change(text: string, framed: (text: string) => string): void {
    if (text === this.#last) return;
    this.#last = text;
    this.#output.write(framed(text));
  }
}

/** `inserting [######------------------]  25 %` */
function barText({ step, done, total }: StressProgress): string {
  if (total === 0) return step;
  const percent = percentOf(done, total);
  const bar = '#'.repeat(Math.floor((percent * barCells) / 100)).padEnd(barCells, '-');
  return `${step} [${bar}] ${aligned(percent)}`;
}

function lineText({ step, done, total }: StressProgress): string {
  if (total === 0) return step;
  const percent = percentOf(done, total);
  return `${step} ${aligned(percent - (percent % linePercent))}`;
}

function percentOf(done: number, total: number): number {
  return Math.floor((100 * done) / total);
}

function aligned(percent: number): string {
  return `${String(percent).padStart(3)} %`;
}
