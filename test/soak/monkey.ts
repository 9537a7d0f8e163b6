/** Presses random keys in the terminal UI for minutes, and watches its memory and its end. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Prng } from '../../src/base/prng.js';
import type { Status } from '../../src/control/index.js';
import { keyBindings } from '../../src/tui/key-bindings.js';
import { Terminal } from '../e2e/terminal.js';
import { reservePorts } from '../helpers/ports.js';
import { Program, programFile } from '../helpers/program.js';
import { Endings } from '../helpers/resources.js';

interface MonkeyOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly onRest?: (rest: Rest) => void;
}

/** A measurement after everything that the keys have broken is repaired. */
interface Rest {
  readonly minute: number;
  readonly keys: number;
  readonly residentMiB: number;
}

interface MonkeyResult {
  readonly rests: readonly Rest[];
  /** The last screen of the terminal. */
  readonly screen: string;
  readonly hasEndedWell: boolean;
  readonly isGone: boolean;
}

const sizes = [
  [60, 15],
  [80, 24],
  [120, 40],
  [200, 60],
  [59, 14],
] as const;
const nodes = ['n1', 'n2', 'n3'];
const lastPort = 9;
const keysAtOnceMax = 6;
const gapMsMax = 60;
const resizeShare = 0.01;
const typedLines = ['set a b', 'get a', 'incr n', 'raft status', 'del a', '"', 'raft log', 'x y z'];
const typedShare = 0.03;

/** tmux's names for keys that are not named by their character. */
const tmuxNames: Readonly<Record<string, string>> = {
  '↑': 'Up',
  '↓': 'Down',
  '←': 'Left',
  '→': 'Right',
  Esc: 'Escape',
  'Shift-Tab': 'BTab',
  space: 'Space',
};

/** Presses random keys except those that quit; repairs and measures the program once a minute. */
export async function runMonkey({ minutes, seed, onRest }: MonkeyOptions): Promise<MonkeyResult> {
  const endings = new Endings();
  const program = Program.create(endings);
  const prng = new Prng(seed);
  const terminal = new Terminal(endings, `leto-monkey-${process.pid}`, 80, 24, program.env);
  try {
    const port = await reservePorts(lastPort);
    terminal.keys(`${process.execPath} ${programFile} up -p ${port}; echo ended with $?`, 'Enter');
    await terminal.shows(/ {2}ready /);
    const pid = await pidOf(program);
    const rests: Rest[] = [];
    let keys = 0;
    for (let minute = 1; minute <= minutes; minute += 1) {
      keys += await play(terminal, prng);
      await repair(program, terminal);
      const rest = { minute, keys, residentMiB: await residentMiBOf(pid) };
      rests.push(rest);
      onRest?.(rest);
    }
    terminal.keys('q');
    const screen = await terminal.shows(/ended with \d+/);
    const isGone = !(await isAlive(pid));
    return { rests, screen, hasEndedWell: /ended with 0/.test(screen), isGone };
  } finally {
    await endings.run();
  }
}

/** Presses keys for a minute; returns how many. */
async function play(terminal: Terminal, prng: Prng): Promise<number> {
  const names = keyBindings
    .filter(({ action }) => action !== 'quit')
    .flatMap((binding) => binding.keys)
    .map(tmuxName);
  const endMs = performance.now() + 60_000;
  let count = 0;
  while (performance.now() < endMs) {
    if (prng.chance(resizeShare)) {
      const [columns, rows] = pick<readonly [number, number]>(prng, sizes);
      terminal.resize(columns, rows);
    }
    if (prng.chance(typedShare)) {
      terminal.keys(':', pick(prng, typedLines), pick(prng, ['Enter', 'Escape']));
    }
    const some = Array.from({ length: 1 + prng.below(keysAtOnceMax) }, () => pick(prng, names));
    terminal.keys(...some);
    count += some.length;
    await pause(prng.below(gapMsMax));
  }
  return count;
}

function tmuxName(key: string): string {
  return (
    tmuxNames[key] ?? key.replace(/^Ctrl-(.)$/, (_, letter: string) => `C-${letter.toLowerCase()}`)
  );
}

function pick<T>(prng: Prng, values: readonly T[]): T {
  return values[prng.below(values.length)] as T;
}

/** Restores exactly three healthy members, so that measurements can be compared. */
async function repair(program: Program, terminal: Terminal): Promise<void> {
  terminal.keys('Escape', 'Escape');
  terminal.resize(80, 24);
  await program.run('speed', '1');
  await program.run('heal');
  await program.run('resume', 'all');
  const disks = (await status(program)).nodes.map(({ id }) => program.run('disk', id, 'ok'));
  await Promise.all(disks);
  await until(async () => {
    await program.run('restart', 'all');
    const { nodes: all, leader } = await status(program);
    if (leader === null) return false;
    const others = all.filter(({ id }) => !nodes.includes(id));
    for (const { id } of others) await program.run('remove', id);
    const missing = nodes.filter((id) => !all.some((node) => node.id === id));
    for (const _ of missing) await program.run('add');
    const { ready, nodes: left } = await status(program);
    return ready && left.length === nodes.length;
  });
}

async function pidOf({ env }: Program): Promise<number> {
  const record = join(env.LETO_CLUSTER_HOME ?? '', 'default', 'home.json');
  return JSON.parse(await readFile(record, 'utf8')).pid;
}

async function status(program: Program): Promise<Status> {
  return JSON.parse((await program.run('status', '--json')).stdout) as Status;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(200);
}

async function residentMiBOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(text)?.[1]) / 1024);
}

async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
