/** A real terminal of a given size: tmux, with a server of its own. */

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { turn } from '../helpers/load.js';
import { atEnd, type Ending } from '../helpers/resources.js';

export class Terminal {
  readonly #server: string;

  constructor(t: Ending, server: string, columns: number, rows: number, env: NodeJS.ProcessEnv) {
    this.#server = server;
    const size = ['-x', String(columns), '-y', String(rows)];
    execFileSync('tmux', ['-L', server, '-f', '/dev/null', 'new-session', '-d', ...size, 'sh'], {
      env,
    });
    atEnd(t, () => this.#tmux('kill-server'));
  }

  keys(...keys: string[]): void {
    this.#tmux('send-keys', '-t', '0', ...keys);
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-t', '0', '-x', String(columns), '-y', String(rows));
  }

  screen(): string {
    return this.#tmux('capture-pane', '-t', '0', '-p');
  }

  /** Returns the screen with its escape sequences. */
  colouredScreen(): string {
    return this.#tmux('capture-pane', '-t', '0', '-p', '-e');
  }

  /** Writes to the terminal as another program would. */
  overwrite(text: string): void {
    writeFileSync(this.#tmux('display-message', '-p', '-t', '0', '#{pane_tty}').trim(), text);
  }

  /** Resolves with the screen when it matches the pattern. */
  async shows(pattern: RegExp): Promise<string> {
    for (;;) {
      const screen = this.screen();
      if (pattern.test(screen)) return screen;
      await turn();
    }
  }

  #tmux(...args: string[]): string {
    return execFileSync('tmux', ['-L', this.#server, ...args], { encoding: 'utf8' });
  }
}
