/** Tests the simulated faults of a disk: slow, full, failing and lying. */

import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { LetoError } from '../../src/base/errors.js';
import { DiskThreadHandle as DiskHandle } from '../../src/cluster/disk-thread-handle.js';
import type { DiskFault } from '../../src/control/index.js';
import type { DurableState, LogIndex } from '../../src/raft/index.js';
import type { Database } from '../../src/storage/database.js';
import { DiskThread } from '../../src/storage/disk-thread.js';
import { FaultyDisk } from '../../src/storage/faulty-disk.js';
import {
  type DataOptions,
  DiskClient,
  type DiskCommand,
  type DiskReport,
} from '../../src/storage/index.js';
import { atEnd, endWithTest, temporaryFolder } from '../helpers/resources.js';
import { persisted } from './disk.js';
import {
  dataOptions,
  entries,
  hardState,
  logWrite,
  point,
  snapshotWrites,
  withData,
} from './fixtures.js';

const hourMs = 3_600_000;

/** A DiskThread in this thread, which handles a command as soon as it is sent. */
class Disk {
  readonly #t: TestContext;
  readonly #commands = new EventEmitter();
  readonly #closed: Promise<unknown>;
  readonly reports: DiskReport[] = [];

  constructor(t: TestContext, options: DataOptions) {
    this.#t = t;
    this.#closed = once(this.#commands, 'closed');
    const postMessage = (report: DiskReport) => {
      this.reports.push(report);
      this.#commands.emit(report.type);
    };
    const supervisor = Object.assign(this.#commands, { postMessage, close: () => {} });
    new DiskThread(supervisor as unknown as MessagePort, options);
    atEnd(t, () => this.close());
  }

  setFault(fault: DiskFault): void {
    this.#send({ type: 'fault', fault });
  }

  begin(onFailed: (error: LetoError) => void = unexpected): Life {
    const { port1, port2 } = endWithTest(this.#t, new MessageChannel());
    this.#send({ type: 'attach', port: port2 });
    return new Life(port1, port2, onFailed);
  }

  async close(): Promise<void> {
    this.#send({ type: 'close' });
    await this.#closed;
  }

  #send(command: DiskCommand): void {
    this.#commands.emit('message', command);
  }
}

class Life {
  readonly client: DiskClient;
  readonly #port: MessagePort;
  readonly #diskPort: MessagePort;

  constructor(port: MessagePort, diskPort: MessagePort, onFailed: (error: LetoError) => void) {
    this.client = new DiskClient(port, onFailed);
    this.#port = port;
    this.#diskPort = diskPort;
  }

  /** Resolves once the disk has noticed the kill. */
  async kill(): Promise<void> {
    this.#port.removeAllListeners();
    this.#port.close();
    await once(this.#diskPort, 'close');
  }

  /** Ends the life as a node that stops by itself. */
  async end(): Promise<void> {
    this.client.close();
    await once(this.#diskPort, 'close');
  }
}

function unexpected(error: LetoError): void {
  throw error;
}

async function stateIn(options: DataOptions): Promise<DurableState> {
  return withData(options, ({ store }) => store.load());
}

/** Returns a faulty disk on a fake database, which records the sizes of batches. */
function fakeDatabase() {
  const batches: number[] = [];
  const database = {
    batch: async (operations: readonly unknown[]) => {
      batches.push(operations.length);
    },
  };
  return { batches, disk: new FaultyDisk(database as unknown as Database) };
}

const put = (key: number, bytes = 1) =>
  ({ type: 'put', key: Uint8Array.of(key), value: new Uint8Array(bytes) }) as const;

test('a slow disk writes late', async () => {
  const { batches, disk } = fakeDatabase();
  disk.setFault({ type: 'slow', delayMs: 1 });
  await disk.write([put(1)]);
  assert.deepEqual(batches, [1]);
});

test('a slow disk that is repaired waits no longer', async () => {
  const { batches, disk } = fakeDatabase();
  disk.setFault({ type: 'slow', delayMs: hourMs });
  const write = disk.write([put(1)]);
  for (let turns = 0; turns < 10; turns += 1) await setImmediate();
  assert.deepEqual(batches, []);
  disk.setFault({ type: 'ok' });
  await write;
  assert.deepEqual(batches, [1]);
});

test('a slow disk does not delay its close', async (t) => {
  const options = dataOptions(temporaryFolder(t));
  const disk = new Disk(t, options);
  const { client } = disk.begin(() => {});
  await client.load();
  disk.setFault({ type: 'slow', delayMs: hourMs });
  client.persist(logWrite(hardState(1), entries(1, 1, 1)), () => {});
  const read = client.readSnapshotChunk(0 as LogIndex, 0);
  read.catch(() => {});
  for (let turns = 0; turns < 10; turns += 1) await setImmediate();
  await disk.close();
  assert.deepEqual((await stateIn(options)).entries, entries(1, 1, 1));
});

test('a lying disk whose cache is full writes the cache', async () => {
  const { batches, disk } = fakeDatabase();
  disk.setFault({ type: 'lying' });
  for (let key = 0; key < 64; key += 1) await disk.write([put(key, 1024 * 1024)]);
  assert.deepEqual(batches, []);
  await disk.write([put(64, 1024 * 1024)]);
  assert.deepEqual(batches, [65]);
  await disk.write([put(65)]);
  assert.deepEqual(batches, [65]);
});

test('a lying disk confirms, shows what it confirmed, and loses it with a kill (P2)', async (t) => {
  const disk = new Disk(t, dataOptions(temporaryFolder(t)));
  const first = disk.begin();
  await persisted(first.client, logWrite(hardState(1), entries(1, 9, 1)));
  for (const write of snapshotWrites(point(5, 1), ['old'], point(3, 1))) {
    await persisted(first.client, write);
  }
  const before = await first.client.load();
  disk.setFault({ type: 'lying' });
  await persisted(first.client, logWrite(hardState(3, 'n2'), entries(8, 4, 3)));
  for (const write of snapshotWrites(point(10, 3), ['new', 'er'], point(9, 3))) {
    await persisted(first.client, write);
  }
  const lie = await first.client.load();
  assert.deepEqual(lie.snapshot, point(10, 3));
  assert.deepEqual(lie.entries, entries(10, 2, 3));
  assert.equal((await first.client.readSnapshotChunk(10 as LogIndex, 1))?.data, 'er');
  await first.kill();
  const second = disk.begin();
  assert.deepEqual(await second.client.load(), before);
  assert.equal((await second.client.readSnapshotChunk(5 as LogIndex, 0))?.data, 'old');
  // It still lies, to the new life as well.
  await persisted(second.client, logWrite(hardState(4), entries(10, 1, 4)));
  await second.kill();
  const third = disk.begin();
  assert.deepEqual(await third.client.load(), before);
  third.client.close();
});

test('a lying disk that is repaired after a kill has lost its unsynced writes', async (t) => {
  const options = dataOptions(temporaryFolder(t));
  const disk = new Disk(t, options);
  const life = disk.begin();
  await persisted(life.client, logWrite(hardState(1), entries(1, 2, 1)));
  disk.setFault({ type: 'lying' });
  await persisted(life.client, logWrite(null, entries(3, 2, 1)));
  await life.kill();
  disk.setFault({ type: 'ok' });
  const next = disk.begin();
  assert.deepEqual((await next.client.load()).entries, entries(1, 2, 1));
  await next.end();
  await disk.close();
  assert.deepEqual((await stateIn(options)).entries, entries(1, 2, 1));
});

test('a new life discards the unsynced writes of one whose kill was not noticed', async (t) => {
  const disk = new Disk(t, dataOptions(temporaryFolder(t)));
  const life = disk.begin(() => {});
  await life.client.load();
  disk.setFault({ type: 'lying' });
  await persisted(life.client, logWrite(hardState(1), entries(1, 2, 1)));
  const next = disk.begin();
  assert.deepEqual((await next.client.load()).entries, []);
  next.client.close();
});

for (const fault of [{ type: 'ok' }, { type: 'slow', delayMs: 1 }, { type: 'full' }] as const) {
  test(`a lying disk that becomes ${fault.type} writes what it has confirmed`, async (t) => {
    const disk = new Disk(t, dataOptions(temporaryFolder(t)));
    const life = disk.begin();
    await life.client.load();
    disk.setFault({ type: 'lying' });
    await persisted(life.client, logWrite(hardState(1), entries(1, 2, 1)));
    disk.setFault(fault);
    await life.kill();
    const next = disk.begin();
    assert.deepEqual((await next.client.load()).entries, entries(1, 2, 1));
    next.client.close();
  });
}

test('a lying disk writes what it has confirmed before it is closed', async (t) => {
  for (const end of ['the node ends first', 'the disk is closed first']) {
    const options = dataOptions(temporaryFolder(t));
    const disk = new Disk(t, options);
    const life = disk.begin(() => {});
    await life.client.load();
    disk.setFault({ type: 'lying' });
    await persisted(life.client, logWrite(hardState(1), entries(1, 2, 1)));
    if (end === 'the node ends first') await life.end();
    await disk.close();
    assert.deepEqual((await stateIn(options)).entries, entries(1, 2, 1), end);
  }
});

/** A disk thread with a fault, started as the supervisor starts it. */
class Handle {
  readonly #t: TestContext;
  readonly #disk: DiskHandle;

  constructor(t: TestContext, options: DataOptions) {
    this.#t = t;
    const url = new URL('../../src/storage/disk-worker.js', import.meta.url);
    this.#disk = new DiskHandle(url, options);
    atEnd(t, () => this.#disk.close());
  }

  get hasFailed(): boolean {
    return this.#disk.hasFailed;
  }

  setFault(fault: DiskFault): void {
    this.#disk.setFault(fault);
  }

  /** Writes until the disk fails; resolves to the error and the last index confirmed. */
  async writeUntilFailure(): Promise<{ error: LetoError; confirmed: number }> {
    const { port1, port2 } = endWithTest(this.#t, new MessageChannel());
    this.#disk.attach(port2);
    let fail: (error: LetoError) => void = () => {};
    const failure = new Promise<LetoError>((resolve) => {
      fail = resolve;
    });
    const client = new DiskClient(port1, (error) => fail(error));
    let confirmed = (await client.load()).entries.length;
    for (;;) {
      const write = persisted(client, logWrite(hardState(1), entries(confirmed + 1, 1, 1)));
      const result = await Promise.race([write, failure]);
      if (result instanceof LetoError) {
        client.close();
        return { error: result, confirmed };
      }
      confirmed += 1;
    }
  }

  async close(): Promise<void> {
    await this.#disk.close();
  }
}

for (const [type, words] of [
  [
    'full',
    /failed a write to .*raft-log \(No space left on device\).*free some space or repair the disk/,
  ],
  [
    'failing',
    /failed a write to .*raft-log \(Input\/output error\).*free some space or repair the disk/,
  ],
] as const) {
  test(`a ${type} disk fails a write, and nothing confirmed is lost (P4)`, async (t) => {
    const options = dataOptions(temporaryFolder(t));
    const confirmations: number[] = [];
    for (let start = 1; start <= 2; start += 1) {
      const disk = new Handle(t, options);
      disk.setFault({ type });
      const { error, confirmed } = await disk.writeUntilFailure();
      assert.equal(error.code, 'LETO_DISK_FAILED');
      assert.match(error.message, words);
      // The supervisor has a port of its own, on which the failure may arrive a little later.
      while (!disk.hasFailed) await setImmediate();
      confirmations.push(confirmed);
      await disk.close();
    }
    const { entries: log } = await stateIn(options);
    assert.equal(log.length, confirmations.at(-1));
    assert.deepEqual(log, entries(1, log.length, 1));
  });
}
