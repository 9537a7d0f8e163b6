/** Runs `leto-cluster` as a process for tests, and finds free ports. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { turn } from './load.js';

export const programFile = fileURLToPath(new URL('../../../bin/leto-cluster.js', import.meta.url));

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program with a home folder of its own, separate from other tests and the user's clusters. */
export class Program {
  readonly home: string;

  private constructor(home: string) {
    this.home = home;
  }

  static async create(): Promise<Program> {
    return new Program(await mkdtemp(join(tmpdir(), 'leto-test-')));
  }

  get env(): NodeJS.ProcessEnv {
    return { ...process.env, LETO_CLUSTER_HOME: join(this.home, 'home'), NO_COLOR: '1' };
  }

  start(...args: string[]): ChildProcess {
    return spawn(process.execPath, [programFile, ...args], { env: this.env });
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
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, ...output };
  }

  /** Stops all clusters that still run, and deletes the home folder. */
  async dispose(): Promise<void> {
    await this.run('down', '--all');
    await rm(this.home, { recursive: true });
  }
}

/** All ports are below the range that the system assigns to clients and to port 0. */
const lowestPort = 20_000;
/** Each test process draws from one slice of the ports, so that two rarely meet. */
const slices = 120;
const portsInSlice = 100;

/** Returns the first of `count` consecutive ports that are free at the moment. */
export async function freePorts(count: number): Promise<number> {
  const slice = lowestPort + (process.pid % slices) * portsInSlice;
  for (;;) {
    const first = slice + Math.floor(Math.random() * (portsInSlice - count));
    const servers = await Promise.all(
      Array.from({ length: count }, (_, at) => tryListen(first + at)),
    );
    for (const server of servers) server?.close();
    if (servers.every((server) => server !== null)) return first;
  }
}

async function tryListen(port: number) {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return server;
  } catch {
    return null;
  }
}

export async function fileAppears(file: string): Promise<void> {
  while (!existsSync(file)) await turn();
}
