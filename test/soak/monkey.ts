import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Prng } from '../../src/base/prng.js';
import type { Status } from '../../src/control/index.js';
import { keyBindings } from '../../src/tui/key-bindings.js';
import { Terminal } from '../e2e/terminal.js';
import { freePorts, Program, programFile } from '../helpers/program.js';

interface MonkeyOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly onRest?: (rest: Rest) => void;
}

/** How the program stands when all that the keys have broken is mended. */
interface Rest {
  readonly minute: number;
  readonly keys: number;
  readonly residentMiB: number;
}

interface MonkeyResult {
  readonly rests: readonly Rest[];
  /** What the terminal showed last. */
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

/** Names that tmux has for keys whose name is not the character. */
const tmuxNames: Readonly<Record<string, string>> = {
  '↑': 'Up',
  '↓': 'Down',
  '←': 'Left',
  '→': 'Right',
  Esc: 'Escape',
  'Shift-Tab': 'BTab',
  space: 'Space',
};

/** Presses any keys but those that quit, for minutes; once a minute all is mended, and measured. */
export async function runMonkey({ minutes, seed, onRest }: MonkeyOptions): Promise<MonkeyResult> {
  const program = await Program.create();
  const prng = new Prng(seed);
  const terminal = new Terminal(`leto-monkey-${process.pid}`, 80, 24, program.env);
  try {
    const port = await freePorts(lastPort);
    terminal.keys(`${process.execPath} ${programFile} up -p ${port}; echo ended with $?`, 'Enter');
    await terminal.shows(/ {2}ready /);
    const pid = await pidOf(program);
    const rests: Rest[] = [];
    let keys = 0;
    for (let minute = 1; minute <= minutes; minute += 1) {
      keys += await play(terminal, prng);
      await mend(program, terminal);
      const rest = { minute, keys, residentMiB: await residentMiBOf(pid) };
      rests.push(rest);
      onRest?.(rest);
    }
    terminal.keys('q');
    const screen = await terminal.shows(/ended with \d+/);
    const isGone = !(await isAlive(pid));
    return { rests, screen, hasEndedWell: /ended with 0/.test(screen), isGone };
  } finally {
    terminal.close();
    await program.dispose();
  }
}

/** A minute of it; how many keys that was. */
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

/** Three sound members that run, and nothing else, so that one rest compares with another. */
async function mend(program: Program, terminal: Terminal): Promise<void> {
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
