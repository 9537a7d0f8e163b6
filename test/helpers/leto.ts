/** Runs `leto` processes for tests, and talks to them as Redis and HTTP clients. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Redis } from 'ioredis';
import { type ClientAccess, openClient } from './load.js';
import { reservePorts } from './ports.js';
import { atEnd, type Ending, temporaryFolder } from './resources.js';

const letoFile = fileURLToPath(new URL('../../../bin/leto.js', import.meta.url));
/** How long a test waits for something before it fails instead of hanging. */
const patienceMs = 60_000;
/** The pause between two attempts, since the processes under test need the machine too. */
const pollIntervalMs = 10;

interface SpawnOptions {
  readonly cwd?: string;
  /** Words to put before the command, for example to run it in another network namespace. */
  readonly within?: readonly string[];
}

/** One run of `leto`. */
export class LetoProcess {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  stdout = '';
  /** What it wrote to stderr: its log and its errors. */
  log = '';

  constructor(
    t: Ending,
    args: readonly string[],
    { cwd = tmpdir(), within = [] }: SpawnOptions = {},
  ) {
    const [command = '', ...words] = [...within, process.execPath, letoFile, ...args];
    this.#child = spawn(command, words, { cwd });
    this.#closed = once(this.#child, 'close');
    this.#child.stdout?.on('data', (chunk) => {
      this.stdout += chunk;
    });
    this.#child.stderr?.on('data', (chunk) => {
      this.log += chunk;
    });
    t.after(() => this.end('SIGKILL'));
  }

  /** Resolves with the exit code; null when a signal ended the process. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  end(signal: 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'SIGKILL'): Promise<number | null> {
    this.#child.kill(signal);
    return this.ended();
  }

  /** Resolves when the log matches the pattern; rejects when the process ends before. */
  async says(pattern: RegExp): Promise<void> {
    await until(() => pattern.test(this.log) || this.#child.exitCode !== null);
    if (!pattern.test(this.log)) throw new Error(`leto has ended: ${this.log}`);
  }
}

/** The flags that all nodes get, and how clients connect to them. */
interface Access {
  readonly flags: readonly string[];
  readonly client: ClientAccess;
}

/**
 * Up to four nodes as in Leto's README: id1 serves Redis clients at the first port, HTTP five ports
 * above it, and peers ten ports above it.
 */
export class LetoNodes {
  readonly folder: string;
  readonly #test: Ending;
  readonly #port: number;
  readonly #access: Access;
  readonly #processes: LetoProcess[] = [];

  private constructor(test: Ending, folder: string, port: number, access: Access) {
    this.#test = test;
    this.#access = access;
    this.folder = folder;
    this.#port = port;
  }

  static async create(t: Ending, access: Access = { flags: [], client: {} }): Promise<LetoNodes> {
    const folder = temporaryFolder(t, 'process');
    const nodes = new LetoNodes(t, folder, await reservePorts(20), access);
    atEnd(t, () => nodes.#end());
    return nodes;
  }

  /** Ends all processes, since they could write into the folder while it is removed. */
  async #end(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.end('SIGKILL')));
  }

  #start(args: readonly string[], cwd = tmpdir()): LetoProcess {
    const process = new LetoProcess(this.#test, args, { cwd });
    this.#processes.push(process);
    return process;
  }

  /** Starts three nodes: the second joins through the first, the third through the second. */
  static async three(t: Ending, ...args: string[]) {
    const nodes = await LetoNodes.create(t);
    const first = nodes.run(1, ...args);
    await nodes.leader(1);
    const second = await nodes.join(2, 1, ...args);
    return { nodes, first, second, third: await nodes.join(3, 2, ...args) };
  }

  respPort(number: number): number {
    return this.#port + number;
  }

  httpPort(number: number): number {
    return this.#port + 5 + number;
  }

  raftPort(number: number): number {
    return this.#port + 10 + number;
  }

  /** Starts a node; `args` come last, so that they override its flags. */
  run(number: number, ...args: string[]): LetoProcess {
    const own = ['-id', `id${number}`, '-raftdir', join(this.folder, `id${number}`)];
    const ports = [
      '-listen',
      `:${this.respPort(number)}`,
      '-raftbind',
      `:${this.raftPort(number)}`,
    ];
    return this.#start([...own, ...ports, '-v', ...this.#access.flags, ...args]);
  }

  /** Starts a member of a static cluster of three, as goraft's kvapi does. */
  runStatic(number: number, ...args: string[]): LetoProcess {
    const list = [1, 2, 3].map((member) => `${member},:${this.raftPort(member)}`).join(';');
    const own = ['--node', `${number}`, '--cluster', list, '--http', `:${this.httpPort(number)}`];
    return this.#start([...own, '-v', ...args], this.folder);
  }

  /** Sends an HTTP request, again and again while the node is down or there is no leader. */
  async http(number: number, path: string, options: RequestInit = {}): Promise<HttpReply> {
    let reply: HttpReply | null = null;
    await until(async () => {
      reply = await askHttp(`http://127.0.0.1:${this.httpPort(number)}${path}`, options);
      return reply !== null && reply.status !== 504 && !isNoLeader(reply);
    });
    return reply as unknown as HttpReply;
  }

  /** Resolves when the HTTP port replies with this status and text. */
  async httpAnswers(
    number: number,
    [status, text]: [status: number, text: string],
    ...request: [path: string, options?: RequestInit]
  ): Promise<void> {
    await until(async () => {
      const reply = await this.http(number, ...request);
      return reply.status === status && reply.text === text;
    });
  }

  /** Starts a node that joins through the node `by`. */
  async join(number: number, by: number, ...args: string[]): Promise<LetoProcess> {
    const node = this.run(number, '-join', `:${this.respPort(by)}`, ...args);
    await node.says(/has joined/);
    return node;
  }

  /** Sends a command to a node; resolves with the reply, or with the text of an error. */
  ask(number: number, ...words: [string, ...string[]]): Promise<unknown> {
    return this.askAt(this.respPort(number), ...words);
  }

  async askAt(port: number, ...words: [string, ...string[]]): Promise<unknown> {
    const client = openClient(port, this.#access.client);
    try {
      await client.connect();
      return await askOn(client, words);
    } finally {
      client.disconnect();
    }
  }

  /** As `ask`, but repeats the command during elections. */
  askPatiently(number: number, ...words: [string, ...string[]]): Promise<unknown> {
    return patiently(() => this.ask(number, ...words));
  }

  /** Resolves with the numbers of the leader and of the two followers. */
  async roles(): Promise<[leader: number, ...followers: [number, number]]> {
    const leader = await this.leader(1);
    const [one, two] = [1, 2, 3].filter((number) => number !== leader) as [number, number];
    return [leader, one, two];
  }

  /** Sends a command to the leader that `number` names, until it succeeds. */
  async command(number: number, ...words: [string, ...string[]]): Promise<void> {
    await until(async () => {
      const answer = await this.ask(await this.leader(number), ...words).catch(() => null);
      return answer === 'OK' || typeof answer === 'number';
    });
  }

  /** Resolves with the number of the leader that the node `number` names. */
  async leader(number: number): Promise<number> {
    let leader: unknown = null;
    await until(async () => {
      leader = await this.ask(number, 'raft', 'leader').catch(() => null);
      return leader !== null;
    });
    return Number((leader as [string])[0].replace('id', ''));
  }

  /** Resolves when the node replies with `expected`. */
  async answers(number: number, expected: unknown, ...words: [string, ...string[]]): Promise<void> {
    await until(async () => (await this.ask(number, ...words).catch(() => null)) === expected);
  }
}

interface HttpReply {
  readonly status: number;
  readonly text: string;
  readonly location: string | null;
}

function isNoLeader({ status, text }: HttpReply): boolean {
  return status === 503 && text === 'raft.Server: Not current leader';
}

async function askHttp(url: string, options: RequestInit): Promise<HttpReply | null> {
  const reply = await fetch(url, options).catch(() => null);
  if (reply === null) return null;
  const { status, headers } = reply;
  return { status, text: await reply.text(), location: headers.get('location') };
}

async function askOn(client: Redis, [name, ...args]: [string, ...string[]]): Promise<unknown> {
  try {
    return await client.call(name, ...args);
  } catch (error) {
    return (error as Error).message;
  }
}

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > deadlineMs) throw new Error(`timed out waiting until ${holds}`);
    await pause(pollIntervalMs);
  }
}

/** Repeats a command during an election, which is all that a user can do. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  let answer: T | null = null;
  await until(async () => {
    answer = await ask();
    return typeof answer !== 'string' || !/^(not leader|UNCERTAIN|CLUSTERDOWN|BUSY)/.test(answer);
  });
  return answer as T;
}
