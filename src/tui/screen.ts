/**
 * Takes over and restores the terminal, and writes frames to it with as little output as possible.
 */

import { Writable } from 'node:stream';

/** Switches to the alternate screen, disables line wrapping and hides the cursor. */
const acquireSequence = '\x1b[?1049h\x1b[?7l\x1b[?25l';
const restoreSequence = '\x1b[0m\x1b[?25h\x1b[?7h\x1b[?1049l';
const clearSequence = '\x1b[2J';

/** Terminals that support these sequences show what is between them at once, without tearing. */
const beginFrame = '\x1b[?2026h';
const endFrame = '\x1b[?2026l';

/** Characters of the private use area. Each stands for one line of a frame. */
const placeholderPattern = /([\uE000-\uF8FF]) */g;
const firstPlaceholder = 0xe000;

/** The terminals that the UI has taken over, with the stream of their keys. */
const acquiredScreens = new Map<NodeJS.WriteStream, NodeJS.ReadStream>();

/** Takes over the terminal. `restoreScreen` undoes it. */
export function acquireScreen(stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream): void {
  acquiredScreens.set(stdout, stdin);
  stdout.write(acquireSequence);
}

/**
 * Restores the terminal: main screen, cursor, line mode. Nothing is drawn afterwards. It may be
 * called at any time and does nothing when the screen is not taken.
 */
export function restoreScreen(stdout: NodeJS.WriteStream): void {
  const stdin = acquiredScreens.get(stdout);
  if (!stdin) return;
  acquiredScreens.delete(stdout);
  stdin.setRawMode(false);
  stdout.write(restoreSequence);
}

/**
 * The stream that ink writes full frames to. Only lines that differ reach the terminal, each at its
 * absolute position, so that no frame depends on where the last one left the cursor. Nothing is
 * written once the screen is restored.
 */
export class FrameStream extends Writable {
  readonly #stdout: NodeJS.WriteStream;
  /** The lines of the next frame, in the order of their placeholders. */
  #placed: string[] = [];
  #frame: readonly string[] = [];
  /** The lines on the terminal. Null when it must be cleared. */
  #shown: readonly string[] | null = null;

  constructor(stdout: NodeJS.WriteStream) {
    super({ decodeStrings: false });
    this.#stdout = stdout;
    stdout.on('resize', this.#invalidate);
  }

  /** Read by ink. */
  get columns(): number {
    return this.#stdout.columns;
  }

  /** Stores a line for the next frame. Returns the character that marks its place. */
  readonly place = (line: string): string => {
    this.#placed.push(line);
    return String.fromCharCode(firstPlaceholder + this.#placed.length - 1);
  };

  /** Redraws everything, over what another program may have left on the terminal. */
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

  /** Puts each line at its column, however wide the terminal shows what precedes it. */
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

/** Returns the output that turns one frame into another. `before` is null to clear the terminal. */
export function changesBetween(before: readonly string[] | null, after: readonly string[]): string {
  let changes = before ? '' : clearSequence;
  const rows = Math.max(before?.length ?? 0, after.length);
  for (let row = 0; row < rows; row += 1) {
    const line = after[row] ?? '';
    if (line !== (before?.[row] ?? '')) changes += `\x1b[${row + 1};1H\x1b[2K${line}`;
  }
  return changes;
}
