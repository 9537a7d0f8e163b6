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

/** A port of a document: in an address, after an option for a port, or of a URL. */
const portForm = /(?<=(?:^|[\s":,])(?:[\w.-]*):|-p |-http-port |-port )\d{4,5}(?=\D|$)/g;

/** These stay in front until they are stopped, each in a terminal of its own. */
const inFront = /^(leto (?!.*-(verify|h|-help)\b)|leto-cluster up(?!.* -d)\b)/;

/**
 * Walks through the shell blocks of a document as a reader would, in a folder and a home of its
 * own: whatever stays in front runs beside, and every other command must print what the document
 * says. The ports of the document are free ones here.
 */
export class Walk {
  readonly #folder: string;
  readonly #ports = new Map<number, number>();
  readonly #running: { readonly words: string; readonly child: ChildProcess }[] = [];

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
    // Without a terminal redis-cli prints bare values; the documents show what a reader sees.
    await walk.#addTool('redis-cli', 'PATH="$READERS_PATH" exec redis-cli --no-raw "$@"');
    return walk;
  }

  async #addTool(name: string, command: string): Promise<void> {
    const file = join(this.#folder, 'bin', name);
    await writeFile(file, `#!/bin/sh\n${command}\n`);
    await chmod(file, 0o700);
  }

  /** Returns how what was printed differs from what the document says; empty where it does not. */
  async take(block: Block): Promise<string[]> {
    await this.#mapPorts(block.text);
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
    const mapped = text.replace(portForm, (port) => String(this.#ports.get(Number(port)) ?? port));
    const usual = this.#ports.get(5379);
    const lacksPort = /^leto-cluster up\b/.test(mapped) && !/ (-p|--port) /.test(mapped);
    return lacksPort && usual !== undefined ? `${mapped} -p ${usual}` : mapped;
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
    for (const { words, child } of this.#running) {
      while (!(await this.#isReady(words))) {
        if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${words}`);
        if (performance.now() > deadlineMs) throw new Error(`it is not ready: ${words}`);
        await pause(lookIntervalMs);
      }
    }
  }

  /** A node that serves linearizable reads knows its leader, and is a member. */
  async #isReady(words: string): Promise<boolean> {
    const [, http] = /-http :(\d+)/.exec(words) ?? [];
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
