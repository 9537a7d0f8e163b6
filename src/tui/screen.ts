import { Writable } from 'node:stream';

/** The alternate screen, lines that do not wrap, no cursor. */
const acquireSequence = '\x1b[?1049h\x1b[?7l\x1b[?25l';
const restoreSequence = '\x1b[0m\x1b[?25h\x1b[?7h\x1b[?1049l';
const clearSequence = '\x1b[2J';

/** A terminal that knows these shows what is between them in one go. */
const beginFrame = '\x1b[?2026h';
const endFrame = '\x1b[?2026l';

/** Chars that no alphabet has, each for one line of a frame. */
const placeholderPattern = /([\uE000-\uF8FF]) */g;
const firstPlaceholder = 0xe000;

/** The screens that are ours now, and where their keys come from. */
const acquiredScreens = new Map<NodeJS.WriteStream, NodeJS.ReadStream>();

export function acquireScreen(stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream): void {
  acquiredScreens.set(stdout, stdin);
  stdout.write(acquireSequence);
}

/**
 * Gives the terminal back as it was: main screen, cursor, line mode. Nothing is drawn after it.
 * It may be called at any time, and does nothing when the screen is not taken.
 */
export function restoreScreen(stdout: NodeJS.WriteStream): void {
  const stdin = acquiredScreens.get(stdout);
  if (!stdin) return;
  acquiredScreens.delete(stdout);
  stdin.setRawMode(false);
  stdout.write(restoreSequence);
}

/**
 * What ink writes its frames to, a whole one each time. Only lines that differ reach the terminal,
 * each at its own place, so that no frame depends on where the last one left the cursor; and none
 * at all once the screen is given back.
 */
export class FrameStream extends Writable {
  readonly #stdout: NodeJS.WriteStream;
  /** Of the frame that is being made. */
  #placed: string[] = [];
  #frame: readonly string[] = [];
  /** Null: whatever is on the terminal must go. */
  #shown: readonly string[] | null = null;

  constructor(stdout: NodeJS.WriteStream) {
    super({ decodeStrings: false });
    this.#stdout = stdout;
    stdout.on('resize', this.#invalidate);
  }

  /** ink asks for it. */
  get columns(): number {
    return this.#stdout.columns;
  }

  /** Puts a line into the next frame, where the char that this returns will be. */
  readonly place = (line: string): string => {
    this.#placed.push(line);
    return String.fromCharCode(firstPlaceholder + this.#placed.length - 1);
  };

  /** Draws everything again, over whatever another program has left there. */
  redraw(): void {
    this.#invalidate();
    this.#draw();
  }

  override _write(frame: string, _encoding: string, done: () => void): void {
    this.#frame = frame.split('\n').map((row) => this.#withPlaced(row));
    this.#placed = [];
    this.#draw();
    done();
  }

  /** Each line at its column, however wide the terminal shows what is before it. */
  #withPlaced(row: string): string {
    return row.replace(placeholderPattern, (_blanks, char: string, at: number) => {
      const line = this.#placed[char.charCodeAt(0) - firstPlaceholder] ?? '';
      return at === 0 ? line : `\x1b[${at + 1}G${line}`;
    });
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#stdout.off('resize', this.#invalidate);
    done(error);
  }

  readonly #invalidate = () => {
    this.#shown = null;
  };

  #draw(): void {
    if (!acquiredScreens.has(this.#stdout)) return;
    const changes = changesBetween(this.#shown, this.#frame);
    this.#shown = this.#frame;
    if (changes !== '') this.#stdout.write(beginFrame + changes + endFrame);
  }
}

/** `before` is null when the terminal must be cleared first. */
export function changesBetween(before: readonly string[] | null, after: readonly string[]): string {
  let changes = before ? '' : clearSequence;
  const rows = Math.max(before?.length ?? 0, after.length);
  for (let row = 0; row < rows; row += 1) {
    const line = after[row] ?? '';
    if (line !== (before?.[row] ?? '')) changes += `\x1b[${row + 1};1H\x1b[2K${line}`;
  }
  return changes;
}
