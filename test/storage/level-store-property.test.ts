/** Compares LevelStore with MemoryStore after random writes, lies, restarts and kills. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DurableState, LogIndex, Persist } from '../../src/raft/index.js';
import { DataFolder } from '../../src/storage/data-folder.js';
import { MemoryStore } from '../../src/storage/index.js';
import { temporaryFolder } from '../helpers/resources.js';
import { crashImage, dataOptions } from './fixtures.js';
import { type Step, step, toAppend, toSnapshot, toVote } from './steps.js';

/** A LevelStore and a MemoryStore that get the same writes. */
class Pair {
  readonly #newFolder: () => string;
  readonly #initial: DurableState;
  #folder: string;
  #data: DataFolder;
  #twin: MemoryStore;
  #durable: Persist[] = [];
  /** The writes that a lying disk has only confirmed. */
  #lies: Persist[] = [];
  #isLying = false;
  /** The writes that remain of the snapshot under way. */
  #chunks: Persist[] = [];

  private constructor(
    newFolder: () => string,
    folder: string,
    data: DataFolder,
    initial: DurableState,
  ) {
    this.#newFolder = newFolder;
    this.#initial = initial;
    this.#folder = folder;
    this.#data = data;
    this.#twin = new MemoryStore(initial);
  }

  static async open(newFolder: () => string): Promise<Pair> {
    const folder = newFolder();
    const data = await DataFolder.open(dataOptions(folder));
    return new Pair(newFolder, folder, data, await data.store.load());
  }

  async take(next: Step): Promise<void> {
    const { state } = this.#twin;
    switch (next.type) {
      case 'append':
        return this.#write(toAppend(state, this.#committed, next));
      case 'vote':
        return this.#write(toVote(state, next));
      case 'snapshot':
        this.#chunks = toSnapshot(state, next);
        return;
      case 'chunk':
        return this.#writeChunk();
      case 'lie':
        this.#isLying = true;
        return this.#data.store.setFault({ type: 'lying' });
      default:
        await this.#end(next.type);
        await this.check();
    }
  }

  async check(): Promise<void> {
    const { state, chunks } = this.#twin;
    const { store } = this.#data;
    assert.deepEqual(await store.load(), state);
    const { index } = state.snapshot;
    for (const chunk of chunks) {
      assert.deepEqual(await store.readSnapshotChunk(index, chunk.number), chunk);
    }
    assert.equal(await store.readSnapshotChunk(index, chunks.length), null);
    assert.equal(await store.readSnapshotChunk((index + 1) as LogIndex, 0), null);
  }

  async close(): Promise<void> {
    await this.#data.close();
  }

  /** Entries up to this index are in a snapshot, or soon will be, and must not be replaced. */
  get #committed(): number {
    const install = this.#chunks.at(-1)?.snapshot?.install;
    return install?.keepsLog ? install.snapshot.index : this.#twin.state.snapshot.index;
  }

  async #write(persist: Persist): Promise<void> {
    this.#twin.write(persist);
    await this.#data.store.persist(persist);
    (this.#isLying ? this.#lies : this.#durable).push(persist);
  }

  async #writeChunk(): Promise<void> {
    const next = this.#chunks.shift();
    if (next) await this.#write(next);
  }

  async #end(type: 'reopen' | 'kill' | 'endLie' | 'loseLies'): Promise<void> {
    const { store } = this.#data;
    if (type === 'endLie') {
      store.setFault({ type: 'ok' });
      await store.flush();
    } else {
      this.#chunks = [];
    }
    if (type === 'loseLies') await store.discardUnsynced();
    if (type === 'kill') await this.#kill();
    if (type === 'reopen') await this.#reopen(this.#folder);
    if (type === 'endLie' || type === 'reopen') this.#durable.push(...this.#lies);
    else this.#twin = this.#replayed();
    this.#lies = [];
    this.#isLying = this.#isLying && type === 'loseLies';
  }

  async #kill(): Promise<void> {
    const killed = crashImage(this.#folder, this.#newFolder());
    await this.#reopen(killed);
  }

  async #reopen(folder: string): Promise<void> {
    await this.#data.close();
    this.#folder = folder;
    this.#data = await DataFolder.open(dataOptions(folder));
  }

  #replayed(): MemoryStore {
    const twin = new MemoryStore(this.#initial);
    for (const persist of this.#durable) twin.write(persist);
    return twin;
  }
}

test('after any writes, lies, restarts and kills both stores hold the same state', async (t) => {
  const parent = temporaryFolder(t);
  let folders = 0;
  const newFolder = () => {
    folders += 1;
    return join(parent, `${folders}`);
  };
  const check = async (steps: readonly Step[]): Promise<void> => {
    const pair = await Pair.open(newFolder);
    for (const next of steps) await pair.take(next);
    await pair.check();
    await pair.close();
  };
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), check), {
    numRuns: 60,
  });
});
