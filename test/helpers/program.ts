/** Runs `leto-cluster` as a process for tests. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { turn } from './load.js';
import { atEnd, type Ending, endWithTest, temporaryFolder } from './resources.js';

export const programFile = fileURLToPath(new URL('../../../bin/leto-cluster.js', import.meta.url));

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program with a home folder of its own, separate from other tests and the user's clusters. */
export class Program {
  readonly home: string;
  readonly #owner: Ending;
  readonly #closings = new WeakMap<ChildProcess, Promise<unknown[]>>();

  private constructor(owner: Ending, home: string) {
    this.#owner = owner;
    this.home = home;
  }

  /** At the end its clusters are stopped, then its home folder is deleted. */
  static create(t: Ending): Program {
    const program = new Program(t, temporaryFolder(t));
    atEnd(t, () => program.run('down', '--all'));
    return program;
  }

  get env(): NodeJS.ProcessEnv {
    return { ...process.env, LETO_CLUSTER_HOME: join(this.home, 'home'), NO_COLOR: '1' };
  }

  start(...args: string[]): ChildProcess {
    const command = spawn(process.execPath, [programFile, ...args], { env: this.env });
    const child = endWithTest(this.#owner, command);
    this.#closings.set(child, once(child, 'close'));
    return child;
  }

  /** Resolves with the exit code, once all output was read; null after a signal. */
  async ended(child: ChildProcess): Promise<number | null> {
    const [code] = (await this.#closings.get(child)) as [number | null];
    return code;
  }

  async run(...args: string[]): Promise<Outcome> {
    const child = this.start(...args);
    const output = { stdout: '', stderr: '' };
    child.stdout?.on('data', (chunk) => {
      output.stdout += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      output.stderr += chunk;
    });
    return { code: await this.ended(child), ...output };
  }
}

export async function fileAppears(file: string): Promise<void> {
  while (!existsSync(file)) await turn();
}
