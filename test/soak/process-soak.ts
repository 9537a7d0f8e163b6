/** The soak on `leto` processes; soak.ts has the one on threads. */

import { setTimeout as pause } from 'node:timers/promises';
import { Prng } from '../../src/base/prng.js';
import { LetoNodes, type LetoProcess, until } from '../helpers/leto.js';
import { missingOn, WriteLoad } from '../helpers/load.js';
import type { Ending } from '../helpers/resources.js';
import type { SoakOptions, SoakResult } from './soak.js';

/** A process takes most of this to start: about every second kill comes before it serves. */
const killGapMsMax = 2000;
/** The share of kills that wait until writes succeed again; the others do not wait. */
const loadedShare = 0.4;
const loadedWritesMax = 200;
const numbers = [1, 2, 3] as const;

/**
 * Kills `leto` processes with SIGKILL under write load: one, two or all at once, also during the
 * first start and the joining. Returns the acknowledged writes that were lost.
 */
export async function soakProcesses(
  t: Ending,
  { kills, seed, onProgress }: Omit<SoakOptions, 'transport'>,
): Promise<SoakResult> {
  const herd = new Herd(await LetoNodes.create(t));
  const load = new WriteLoad(() => herd.leaderPort(), 6);
  const prng = new Prng(seed);
  for (let done = 0; done < kills; ) {
    herd.revive();
    await pause(prng.below(killGapMsMax));
    if (prng.chance(loadedShare)) await load.acknowledged(1 + prng.below(loadedWritesMax));
    done += await herd.killSome(prng);
    onProgress?.(done, load.tally);
  }
  herd.revive();
  await herd.untilWhole();
  await load.acknowledged(1);
  const tally = await load.stop();
  const missing: string[] = [];
  for (const port of herd.ports) missing.push(...(await missingOn(port, tally)));
  return { tally, missing, crashes: [...herd.crashes] };
}

/** Three processes that keep `-join` at each start; it has no effect once they have data. */
class Herd {
  readonly #nodes: LetoNodes;
  readonly #processes = new Map<number, LetoProcess>();
  /** The last log line of each process that ended without being killed. */
  readonly crashes: string[] = [];

  constructor(nodes: LetoNodes) {
    this.#nodes = nodes;
  }

  get ports(): number[] {
    return numbers.map((number) => this.#nodes.respPort(number));
  }

  revive(): void {
    for (const number of numbers) {
      if (!this.#processes.has(number)) this.#start(number);
    }
  }

  #start(number: number): void {
    const join = number === 1 ? [] : ['-join', `:${this.#nodes.respPort(1)}`];
    const process = this.#nodes.run(number, ...join);
    this.#processes.set(number, process);
    void process.ended().then(() => {
      if (this.#processes.get(number) !== process) return;
      this.#processes.delete(number);
      this.crashes.push(`id${number}: ${process.log.trimEnd().split('\n').at(-1)}`);
    });
  }

  /** Returns how many processes it has killed. */
  async killSome(prng: Prng): Promise<number> {
    const count = prng.pick([1, 1, 1, 1, 2, 3]);
    const alive = [...this.#processes.keys()];
    const first = prng.below(numbers.length);
    const victims = alive.filter((number) => (number + first) % numbers.length < count);
    await Promise.all(victims.map((number) => this.#kill(number)));
    await pause(prng.below(killGapMsMax / 4));
    return victims.length;
  }

  async #kill(number: number): Promise<void> {
    const process = this.#processes.get(number);
    this.#processes.delete(number);
    await process?.end('SIGKILL');
  }

  /** Returns the port of the leader that the first answering node names. */
  async leaderPort(): Promise<number | null> {
    for (const number of numbers) {
      const leader = await this.#nodes.ask(number, 'raft', 'leader').catch(() => null);
      if (Array.isArray(leader)) return this.#nodes.respPort(Number(leader[0].replace('id', '')));
    }
    return null;
  }

  async untilWhole(): Promise<void> {
    await until(async () => {
      const sizes = numbers.map(async (number) => {
        const status = (await this.#nodes.ask(number, 'raft', 'status')) as unknown[];
        return (status[status.indexOf('voters') + 1] as string[]).length;
      });
      const known = await Promise.all(sizes).catch(() => []);
      return known.length > 0 && known.every((size) => size === numbers.length);
    });
  }
}
