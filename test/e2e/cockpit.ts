/**
 * Drives the terminal UI of a real cluster by keys, and reads its view through the control socket.
 */

import { ControlClient } from '../../src/cluster/index.js';
import { type ClusterView, isReady, leaderOf } from '../../src/control/index.js';
import { turn } from '../helpers/load.js';
import { reservePorts } from '../helpers/ports.js';
import { type Program, programFile } from '../helpers/program.js';
import { type Ending, endWithTest } from '../helpers/resources.js';
import { Terminal } from './terminal.js';

interface CockpitOptions {
  readonly program: Program;
  readonly name: string;
  readonly nodes: number;
  readonly columns: number;
  readonly rows: number;
  readonly env?: NodeJS.ProcessEnv;
}

export class Cockpit {
  readonly terminal: Terminal;
  /** All keys that were pressed, by their tmux names. */
  readonly pressed = new Set<string>();
  readonly #seen: { view(): ClusterView };

  private constructor(terminal: Terminal, seen: { view(): ClusterView }) {
    this.terminal = terminal;
    this.#seen = seen;
  }

  static async open(t: Ending, options: CockpitOptions): Promise<Cockpit> {
    const { program, name, nodes, columns, rows } = options;
    const env = { ...program.env, TERM: 'xterm-256color', ...options.env };
    const terminal = new Terminal(t, `leto-test-${process.pid}-${name}`, columns, rows, env);
    const port = await reservePorts(nodes + 1);
    const command = `${process.execPath} ${programFile} up -n ${nodes} -p ${port}`;
    terminal.keys(`${command} 2>${program.home}/stderr; echo ended with $?`, 'Enter');
    await terminal.shows(/ {2}ready /);
    process.env.LETO_CLUSTER_HOME = program.env.LETO_CLUSTER_HOME;
    const client = await endWithTest(t, ControlClient.connect('default'));
    return new Cockpit(terminal, await client.watch());
  }

  view(): ClusterView {
    return this.#seen.view();
  }

  leader(): string {
    return leaderOf(this.view())?.id ?? '';
  }

  press(...keys: string[]): void {
    for (const key of keys) this.pressed.add(key);
    this.terminal.keys(...keys);
  }

  async isSeen(pattern: RegExp, ...keys: string[]): Promise<string> {
    this.press(...keys);
    return this.terminal.shows(pattern);
  }

  /** Resolves when the view fulfils the condition. */
  async until(holds: (view: ClusterView) => boolean): Promise<void> {
    while (!holds(this.view())) await turn();
  }

  untilReady(): Promise<void> {
    return this.until(isReady);
  }

  /** Selects a node with the keys: to the top of the list, then down. */
  async select(id: string): Promise<void> {
    const at = this.view().nodes.findIndex((node) => node.id === id);
    this.press('1', ...Array.from({ length: 9 }, () => 'k'));
    await this.isSeen(new RegExp(`^> ${id} `, 'm'), ...Array.from({ length: at }, () => 'j'));
  }

  /**
   * Presses keys until their command succeeds, since it may need a leader while there is none.
   * `prepare` runs before each attempt.
   */
  async does(command: string, keys: readonly string[], prepare = async () => {}): Promise<void> {
    for (;;) {
      await this.untilReady();
      await prepare();
      // Clears the message line, so that an earlier command is not taken for this one.
      await this.isSeen(/time is running; press space to stop it/, 'n');
      const screen = await this.isSeen(
        new RegExp(`^(you did|failed): leto-cluster ${command}`, 'm'),
        ...keys,
      );
      if (/^you did/m.test(screen)) return;
    }
  }
}
