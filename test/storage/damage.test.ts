/**
 * Damages each kind of file in a data folder, and checks that the next start refuses the folder.
 */

import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { LetoError } from '../../src/base/errors.js';
import type { DurableState } from '../../src/raft/index.js';
import { DataFolder } from '../../src/storage/data-folder.js';
import { temporaryFolder } from '../helpers/resources.js';
import { crashImage, dataOptions, entries, hardState, logWrite } from './fixtures.js';

/** Data with tables, a manifest, and a write-ahead log that holds writes. */
interface Written {
  readonly folder: string;
  readonly state: DurableState;
  /** The state that remains when the last write is torn. */
  readonly stateBeforeLastWrite: DurableState;
}

/** Writes data in two runs, of which the second is closed or killed. */
async function writeData(t: TestContext, end: 'close' | 'kill', pad = 30): Promise<Written> {
  const parent = temporaryFolder(t);
  const folder = join(parent, 'n1');
  const first = await DataFolder.open(dataOptions(folder));
  for (let term = 1; term <= 6; term += 1) await writeTerm(first, term, pad);
  await first.close();
  const second = await DataFolder.open(dataOptions(folder));
  for (let term = 7; term <= 11; term += 1) await writeTerm(second, term, pad);
  const stateBeforeLastWrite = await second.store.load();
  await writeTerm(second, 12, pad);
  const state = await second.store.load();
  const killed = crashImage(folder, join(parent, 'killed'));
  await second.close();
  return { folder: end === 'kill' ? killed : folder, state, stateBeforeLastWrite };
}

/** The write of each term replaces the last entry of the term before. */
async function writeTerm({ store }: DataFolder, term: number, pad: number): Promise<void> {
  await store.persist(
    logWrite(hardState(term, 'n2'), entries(1 + (term - 1) * 3, 4, term, 'x'.repeat(pad))),
  );
}

function fileOf(folder: string, pattern: RegExp): string {
  const names = readdirSync(join(folder, 'raft-log')).filter((name) => pattern.test(name));
  const name = names.sort().at(-1);
  assert.ok(name, `no file of ${pattern}`);
  return join(folder, 'raft-log', name);
}

function cut(path: string, keptPart: number): void {
  truncateSync(path, Math.floor(readFileSync(path).length * keptPart));
}

function flipByte(path: string, at: number): void {
  const bytes = readFileSync(path);
  const byte = bytes[at];
  assert.ok(byte !== undefined, `${path} has no byte ${at}`);
  bytes[at] = byte ^ (1 << (at % 8));
  writeFileSync(path, bytes);
}

async function openAndLoad(folder: string): Promise<DurableState> {
  const data = await DataFolder.open(dataOptions(folder));
  const state = await data.store.load();
  await data.close();
  return state;
}

/** Checks that the data is refused now and at the next start, with a helpful message. */
async function checkRefused(folder: string, what: RegExp): Promise<void> {
  for (let start = 1; start <= 2; start += 1) {
    await assert.rejects(openAndLoad(folder), (error: LetoError) => {
      assert.equal(error.code, 'LETO_DATA_DAMAGED');
      assert.match(error.message, what);
      assert.ok(error.message.startsWith(folder), 'the message names the file or folder');
      assert.match(
        error.message,
        /stays down.* other nodes keep running.* restore .* copy .* new cluster/,
      );
      assert.doesNotMatch(error.message, /xxx/, 'the message shows a value');
      return true;
    });
  }
}

for (const end of ['close', 'kill'] as const) {
  test(`undamaged data is complete after a ${end}`, async (t) => {
    const { folder, state } = await writeData(t, end);
    assert.deepEqual(await openAndLoad(folder), state);
  });

  test(`a damaged middle of the write-ahead log is refused [P3], after a ${end}`, async (t) => {
    const { folder } = await writeData(t, end);
    const log = fileOf(folder, /\.log$/);
    flipByte(log, Math.floor(readFileSync(log).length / 2));
    await checkRefused(
      folder,
      /\.log is damaged: it holds a damaged write with later writes after it/,
    );
  });

  test(`a large write-ahead log with a zeroed block is refused, after a ${end}`, async (t) => {
    const { folder } = await writeData(t, end, 20_000);
    const log = fileOf(folder, /\.log$/);
    const bytes = readFileSync(log);
    assert.ok(bytes.length > 200_000);
    writeFileSync(log, bytes.fill(0, 98_304, 131_072));
    await checkRefused(
      folder,
      /\.log is damaged: it holds a damaged write with later writes after it/,
    );
  });

  test(`a write-ahead log without its beginning is refused, after a ${end}`, async (t) => {
    const { folder } = await writeData(t, end, 20_000);
    const log = fileOf(folder, /\.log$/);
    writeFileSync(log, readFileSync(log).subarray(65_536));
    await checkRefused(
      folder,
      /\.log is damaged: it holds a damaged write with later writes after it/,
    );
  });

  test(`a deleted write-ahead log is refused, after a ${end}`, async (t) => {
    const { folder } = await writeData(t, end);
    rmSync(fileOf(folder, /\.log$/));
    await checkRefused(folder, /its \.log file is missing/);
  });

  test(`a deleted CURRENT is refused and nothing is cleaned up, after a ${end}`, async (t) => {
    const { folder, state } = await writeData(t, end);
    const current = fileOf(folder, /^CURRENT$/);
    const content = readFileSync(current);
    rmSync(current);
    await checkRefused(folder, /its file CURRENT is missing/);
    writeFileSync(current, content);
    assert.deepEqual(await openAndLoad(folder), state);
  });

  test(`an empty CURRENT is refused, after a ${end}`, async (t) => {
    const { folder } = await writeData(t, end);
    writeFileSync(fileOf(folder, /^CURRENT$/), '');
    await checkRefused(folder, /CURRENT/);
  });

  for (const keptPart of [0, 0.3, 0.6, 0.99]) {
    test(`a MANIFEST truncated to ${keptPart} is refused, after a ${end}`, async (t) => {
      const { folder } = await writeData(t, end);
      cut(fileOf(folder, /^MANIFEST/), keptPart);
      await checkRefused(folder, /log is damaged: /);
    });
  }

  test(`a deleted MANIFEST is refused, after a ${end}`, async (t) => {
    const { folder } = await writeData(t, end);
    rmSync(fileOf(folder, /^MANIFEST/));
    await checkRefused(folder, /MANIFEST/);
  });

  test(`a missing table is refused, after a ${end}`, async (t) => {
    const { folder } = await writeData(t, end);
    rmSync(fileOf(folder, /\.ldb$/));
    await checkRefused(folder, /missing files/);
  });

  test(`a truncated table is refused, after a ${end}`, async (t) => {
    const { folder } = await writeData(t, end);
    cut(fileOf(folder, /\.ldb$/), 0.5);
    await checkRefused(folder, /log is damaged: /);
  });

  test(`a flipped byte anywhere is refused or harmless, after a ${end}`, async (t) => {
    await checkFlippedBytes(await writeData(t, end), end);
  });
}

/** Flips some bytes of each file, one at a time. */
async function checkFlippedBytes(written: Written, end: 'close' | 'kill'): Promise<void> {
  const { folder, state, stateBeforeLastWrite } = written;
  const copy = `${folder}-flipped`;
  const names = readdirSync(join(folder, 'raft-log')).map((name) => join('raft-log', name));
  for (const name of ['node.json', ...names]) {
    const { length } = readFileSync(join(folder, name));
    let refused = 0;
    for (let at = length % 7; at < length; at += Math.ceil(length / 16)) {
      cpSync(folder, copy, { recursive: true });
      flipByte(join(copy, name), at);
      const loaded = await openAndLoad(copy).catch((error: LetoError) => error);
      rmSync(copy, { recursive: true });
      // Damage to the last write looks the same as a write that a kill has torn.
      const isTorn =
        end === 'kill' && name.endsWith('.log') && isEqual(loaded, stateBeforeLastWrite);
      if (loaded instanceof Error) {
        assert.equal(loaded.code, 'LETO_DATA_DAMAGED');
        refused += 1;
      } else if (!isTorn) assert.deepEqual(loaded, state, `${name} at ${at}`);
    }
    if (/json|ldb|\.log|CURRENT|MANIFEST/.test(name))
      assert.ok(refused >= 8, `${name}: ${refused}`);
  }
}

function isEqual(a: unknown, b: unknown): boolean {
  try {
    assert.deepEqual(a, b);
    return true;
  } catch {
    return false;
  }
}

test('a write that a kill has torn at any byte is dropped [P3]', async (t) => {
  const { folder, stateBeforeLastWrite } = await writeData(t, 'kill', 9000);
  const log = fileOf(folder, /\.log$/);
  const { length } = readFileSync(log);
  for (const lost of [1, 6, 100, 9000, 20_000, 36_000]) {
    const torn = crashImage(folder, `${folder}-${lost}`);
    truncateSync(fileOf(torn, /\.log$/), length - lost);
    assert.deepEqual(await openAndLoad(torn), stateBeforeLastWrite, `${lost} bytes lost`);
  }
});

test('a torn write is dropped even when a later part of it reached the disk', async (t) => {
  const { folder, stateBeforeLastWrite } = await writeData(t, 'kill', 30_000);
  const log = fileOf(folder, /\.log$/);
  const bytes = readFileSync(log);
  writeFileSync(log, bytes.fill(0, bytes.length - 100_000, bytes.length - 50_000));
  assert.deepEqual(await openAndLoad(folder), stateBeforeLastWrite);
});

test('a write-ahead log that lost its tail while the node was down is refused', async (t) => {
  for (const keptPart of [0, 0.5, 0.99]) {
    const { folder } = await writeData(t, 'close');
    cut(fileOf(folder, /\.log$/), keptPart);
    await checkRefused(folder, /it holds only \d+ of its 12 writes/);
  }
});

test('a database older than its identity is refused', async (t) => {
  const parent = temporaryFolder(t);
  const folder = join(parent, 'n1');
  const data = await DataFolder.open(dataOptions(folder));
  await writeTerm(data, 1, 30);
  await data.close();
  cpSync(join(folder, 'raft-log'), join(parent, 'old'), { recursive: true });
  const again = await DataFolder.open(dataOptions(folder));
  await writeTerm(again, 2, 30);
  await again.close();
  rmSync(join(folder, 'raft-log'), { recursive: true });
  cpSync(join(parent, 'old'), join(folder, 'raft-log'), { recursive: true });
  await checkRefused(folder, /it holds only 1 of its 2 writes/);
});

test('after a kill, a database older than what the last start found is refused', async (t) => {
  const parent = temporaryFolder(t);
  const folder = join(parent, 'n1');
  const first = await DataFolder.open(dataOptions(folder));
  const emptyLog = crashImage(join(folder, 'raft-log'), join(parent, 'empty-log'));
  await writeTerm(first, 1, 30);
  const killed = crashImage(folder, join(parent, 'killed'));
  await first.close();
  const second = await DataFolder.open(dataOptions(killed));
  const killedAgain = crashImage(killed, join(parent, 'killed-again'));
  await second.close();
  rmSync(join(killedAgain, 'raft-log'), { recursive: true });
  cpSync(emptyLog, join(killedAgain, 'raft-log'), { recursive: true });
  await checkRefused(killedAgain, /it holds only 0 of its 1 writes/);
});
