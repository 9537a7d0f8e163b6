/** Two streams that behave like those of a terminal. */

import { PassThrough } from 'node:stream';

export class FakeTerminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  isRaw = false;
  /** Everything written since the last `take`. */
  written = '';

  /** `forward` is called synchronously with everything that is written. */
  constructor(forward: (text: string) => void = () => {}) {
    const stdin = new PassThrough();
    const stdout = new PassThrough();
    this.stdin = Object.assign(stdin, {
      isTTY: true,
      ref: () => stdin,
      unref: () => stdin,
      setRawMode: (isRaw: boolean) => {
        this.isRaw = isRaw;
        return stdin;
      },
    }) as unknown as NodeJS.ReadStream;
    this.stdout = Object.assign(stdout, {
      isTTY: true,
      columns: 80,
      rows: 24,
      getColorDepth: () => 8,
      write: (text: string) => {
        this.written += text;
        forward(text);
        return true;
      },
    }) as unknown as NodeJS.WriteStream;
  }

  press(keys: string): void {
    (this.stdin as unknown as PassThrough).write(keys);
  }

  resize(columns: number, rows: number): void {
    Object.assign(this.stdout, { columns, rows });
    this.stdout.emit('resize');
  }

  /** Returns what was written since the last call. */
  take(): string {
    const { written } = this;
    this.written = '';
    return written;
  }
}
