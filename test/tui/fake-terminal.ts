import { PassThrough } from 'node:stream';

/** Two streams that pass for a terminal. */
export class FakeTerminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  isRaw = false;
  /** All that was written. */
  written = '';

  /** `forward` is told what is written, at once. */
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

  /** What has been written since the last call. */
  take(): string {
    const { written } = this;
    this.written = '';
    return written;
  }
}
