import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { reservePorts } from '../helpers/ports.js';
import { root } from '../style/source-files.js';
import { type Block, commandsOf } from './markdown.js';

const execute = promisify(execFile);

/** A node that does not serve by then fails the walk. */
const readyMsMax = 60_000;
/** Between two looks at a node that starts. */
const lookIntervalMs = 50;
/** Ports that a cluster counts up from one stay neighbours; a walk has so many places for them. */
const neighboursMax = 10;

/** `leto-cluster up` and `leto` use these ports unless they are told otherwise. */
const usualPort = 5379;
const usualRaftPort = 15379;

/** A port of a document: in an address, after an option for a port, or of a URL. */
const portForm = /(?<=(?:^|[\s"':,/])(?:[\w.-]*):|-p |-http-port |-port )\d{4,5}(?=\D|$)/g;

/** These stay in front until they are stopped, each in a terminal of its own. */
const inFront =
  /^(leto (?!.*-(verify|h|-help)\b)|leto-cluster (up(?!.* -d)\b|(events|logs).* -f\b))/;

/**
 * Walks through the shell blocks of a document as a reader would, in a folder and a home of its
 * own: whatever stays in front runs beside, and every other command must print what the document
 * says. The ports of the document are free ones here.
 */
export class Walk {
  readonly #folder: string;
  readonly #ports = new Map<number, number>();
  readonly #running: { readonly words: string; readonly child: ChildProcess }[] = [];
  /** How many of them have been ready. */
  #readyCount = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async begin(): Promise<Walk> {
    const folder = await mkdtemp(join(tmpdir(), 'leto-walk-'));
    const walk = new Walk(folder);
    await mkdir(join(folder, 'bin'));
    await walk.#addTool('leto', `exec ${process.execPath} ${join(root, 'bin/leto.js')} "$@"`);
    const cluster = join(root, 'bin/leto-cluster.js');
    await walk.#addTool('leto-cluster', `exec ${process.execPath} ${cluster} "$@"`);
    // Without a terminal redis-cli prints bare values and curl its progress; a reader sees neither.
    await walk.#addTool('redis-cli', 'PATH="$READERS_PATH" exec redis-cli --no-raw "$@"');
    await walk.#addTool('curl', 'PATH="$READERS_PATH" exec curl -s "$@"');
    await walk.#mapPorts(`:${usualPort} :${usualRaftPort}`);
    return walk;
  }

  async #addTool(name: string, command: string): Promise<void> {
    const file = join(this.#folder, 'bin', name);
    await writeFile(file, `#!/bin/sh\n${command}\n`);
    await chmod(file, 0o700);
  }

  /** Returns how what was printed differs from what the document says; empty where it does not. */
  async take(block: Block): Promise<string[]> {
    const after = block.use.type === 'walk' ? block.use.after : null;
    await this.#mapPorts(`${after ?? ''}\n${block.text}`);
    if (after !== null) await this.#run(this.#withOwnPorts(after));
    const differences: string[] = [];
    for (const { line, words, output } of commandsOf(block)) {
      const command = this.#withOwnPorts(words);
      if (inFront.test(command)) {
        this.#start(command);
        continue;
      }
      await this.#untilReady();
      const printed = await this.#run(command);
      const expected = output.map((text) => this.#withOwnPorts(text)).join('\n');
      // A command without output in the document may print what the reader need not see.
      if (expected === '' || printed === expected) continue;
      differences.push(`${block.file}:${line}: ${words}\n  says ${expected}\n  prints ${printed}`);
    }
    await this.#untilReady();
    return differences;
  }

  async end(): Promise<void> {
    for (const { child } of this.#running) child.kill('SIGKILL');
    await Promise.all(
      this.#running.map(({ child }) => child.exitCode ?? child.signalCode ?? once(child, 'exit')),
    );
    await this.#run('leto-cluster down --all');
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #mapPorts(text: string): Promise<void> {
    const ports = new Set([...text.matchAll(portForm)].map(([port]) => Number(port)));
    for (const port of [...ports].sort((a, b) => a - b)) {
      if (this.#ports.has(port)) continue;
      const first = await reservePorts(neighboursMax);
      for (let at = 0; at < neighboursMax; at += 1) this.#ports.set(port + at, first + at);
    }
  }

  #withOwnPorts(text: string): string {
    const mapped = text.replace(portForm, (port) => String(this.#own(Number(port))));
    return mapped + this.#missingPorts(mapped);
  }

  /** Options for the ports that a command leaves to the defaults: others may use those. */
  #missingPorts(command: string): string {
    if (/^leto-cluster up\b/.test(command) && !/ (-p|--port) /.test(command)) {
      return ` -p ${this.#own(usualPort)}`;
    }
    if (!/^leto /.test(command) || /--cluster/.test(command)) return '';
    const listen = / -listen /.test(command) ? '' : ` -listen :${this.#own(usualPort)}`;
    const raft = / -raftbind /.test(command) ? '' : ` -raftbind :${this.#own(usualRaftPort)}`;
    return listen + raft;
  }

  #own(port: number): number {
    return this.#ports.get(port) ?? port;
  }

  get #environment(): NodeJS.ProcessEnv {
    const path = process.env.PATH ?? '';
    return {
      ...process.env,
      PATH: `${join(this.#folder, 'bin')}:${path}`,
      READERS_PATH: path,
      HOME: this.#folder,
      LETO_CLUSTER_HOME: join(this.#folder, 'home'),
      NO_COLOR: '1',
    };
  }

  #start(words: string): void {
    const options = { cwd: this.#folder, env: this.#environment, stdio: 'ignore' } as const;
    const child = spawn('bash', ['-c', `exec ${words}`], options);
    this.#running.push({ words, child });
  }

  async #run(words: string): Promise<string> {
    const options = { cwd: this.#folder, env: this.#environment };
    const { stdout, stderr } = await execute('bash', ['-c', words], options).catch(
      (error: { stdout: string; stderr: string }) => error,
    );
    return (stdout + stderr).trimEnd();
  }

  async #untilReady(): Promise<void> {
    const deadlineMs = performance.now() + readyMsMax;
    for (const { words, child } of this.#running.slice(this.#readyCount)) {
      while (!(await this.#isReady(words))) {
        if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${words}`);
        if (performance.now() > deadlineMs) throw new Error(`it is not ready: ${words}`);
        await pause(lookIntervalMs);
      }
      this.#readyCount += 1;
    }
  }

  /** A node that serves linearizable reads knows its leader, and is a member. */
  async #isReady(words: string): Promise<boolean> {
    const [, http] = /-http :(\d+)/.exec(words) ?? [];
    if (/^leto-cluster (events|logs)/.test(words)) return true;
    if (words.startsWith('leto-cluster')) {
      return (await this.#run('leto-cluster status --json')).includes('"ready":true');
    }
    if (http) return (await this.#run(`curl -s localhost:${http}/healthz`)) === 'ok';
    const [, listen = '5379'] = /-listen \S*:(\d+)/.exec(words) ?? [];
    return (await this.#run(`redis-cli -p ${listen} get a-key-that-is-not-there`)) === '(nil)';
  }
}

export function walkNames(blocks: readonly Block[]): string[] {
  return [...new Set(blocks.flatMap(({ use }) => (use.type === 'walk' ? [use.name] : [])))];
}
