/** Creates, opens and interrupts data folders: ownership, locks, kills, and unusable folders. */

import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { crc32c } from '../../src/base/crc.js';
import type { LetoError } from '../../src/base/errors.js';
import { nodeId } from '../../src/raft/index.js';
import { toDataError } from '../../src/storage/data-errors.js';
import { DataFolder, type DataOptions } from '../../src/storage/data-folder.js';
import { LevelStore } from '../../src/storage/level-store.js';
import { endWithTest, temporaryFolder } from '../helpers/resources.js';
import { crashImage, dataOptions, entries, hardState, logWrite, withData } from './fixtures.js';

const oneWrite = logWrite(hardState(1, 'n1'), entries(1, 1, 1));

/** Creates data with one write in it. Returns its folder. */
async function writeData(options: DataOptions): Promise<string> {
  await withData(options, ({ store }) => store.persist(oneWrite));
  return options.folder;
}

function nodeFolder(t: TestContext): string {
  return join(temporaryFolder(t), 'n1');
}

async function checkRefused(options: DataOptions, code: string, message: RegExp): Promise<void> {
  await assert.rejects(DataFolder.open(options), (error: LetoError) => {
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert.ok(error.message.includes(options.folder), 'the message names the folder');
    return true;
  });
}

test('new data is accessible to this user only', async (t) => {
  const folder = join(temporaryFolder(t), 'clusters', 'n1');
  await writeData(dataOptions(folder));
  for (const path of [join(folder, '..'), folder, join(folder, 'raft-log')]) {
    assert.equal(statSync(path).mode & 0o777, 0o700, path);
  }
  assert.equal(statSync(join(folder, 'node.json')).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder).sort(), ['node.json', 'raft-log']);
});

test('an existing folder with other files in it can be used', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'README'), 'not ours');
  await writeData(dataOptions(folder));
  assert.deepEqual(readdirSync(folder).sort(), ['README', 'node.json', 'raft-log']);
});

test('data keeps its own first configuration', async (t) => {
  const folder = await writeData(dataOptions(nodeFolder(t)));
  const { base } = await withData(dataOptions(folder, { voters: ['n1', 'n7'] }), ({ store }) =>
    store.load(),
  );
  assert.deepEqual(base.configuration, { voters: ['n1', 'n2', 'n3'].map(nodeId), learners: [] });
});

test('data of another cluster is refused', async (t) => {
  const folder = await writeData(dataOptions(nodeFolder(t)));
  const options = dataOptions(folder, { clusterId: 'c2' });
  await checkRefused(
    options,
    'LETO_DATA_FOREIGN',
    /another cluster \(c1, not c2\); choose another/,
  );
});

test('data of another node is refused', async (t) => {
  const folder = await writeData(dataOptions(nodeFolder(t)));
  const options = dataOptions(folder, { nodeId: 'n2' });
  await checkRefused(options, 'LETO_DATA_FOREIGN', /another node \(n1, not n2\); choose another/);
});

test('two swapped databases are both refused', async (t) => {
  const parent = temporaryFolder(t);
  const [n1, n2] = ['n1', 'n2'].map((id) => dataOptions(join(parent, id), { nodeId: id }));
  assert.ok(n1 && n2);
  await writeData(n1);
  await writeData(n2);
  renameSync(join(n1.folder, 'raft-log'), join(parent, 'swap'));
  renameSync(join(n2.folder, 'raft-log'), join(n1.folder, 'raft-log'));
  renameSync(join(parent, 'swap'), join(n2.folder, 'raft-log'));
  for (const options of [n1, n2]) {
    await checkRefused(options, 'LETO_DATA_FOREIGN', /is the database of another node/);
  }
});

test('a database that was deleted, emptied or recreated is refused (P6)', async (t) => {
  const changes: readonly ((database: string) => void)[] = [
    (database) => rmSync(database, { recursive: true }),
    (database) => {
      rmSync(database, { recursive: true });
      mkdirSync(database);
    },
  ];
  for (const change of changes) {
    const folder = await writeData(dataOptions(nodeFolder(t)));
    change(join(folder, 'raft-log'));
    for (let start = 1; start <= 2; start += 1) {
      await checkRefused(dataOptions(folder), 'LETO_DATA_DAMAGED', /missing; this node stays down/);
    }
  }
  const folder = await writeData(dataOptions(nodeFolder(t)));
  rmSync(join(folder, 'raft-log'), { recursive: true });
  await LevelStore.create(join(folder, 'raft-log'), 'another');
  await checkRefused(dataOptions(folder), 'LETO_DATA_FOREIGN', /database of another node/);
});

test('a used database whose identity is missing is refused', async (t) => {
  const folder = await writeData(dataOptions(nodeFolder(t)));
  rmSync(join(folder, 'node.json'));
  await checkRefused(
    dataOptions(folder),
    'LETO_DATA_DAMAGED',
    /node\.json is damaged: it is missing/,
  );
});

test('a damaged identity is refused', async (t) => {
  const folder = await writeData(dataOptions(nodeFolder(t)));
  const path = join(folder, 'node.json');
  const text = readFileSync(path, 'utf8');
  for (const damaged of ['', '{', 'null', '17', '[]', '{}', text.replace('n1', 'n2')]) {
    writeFileSync(path, damaged);
    await checkRefused(dataOptions(folder), 'LETO_DATA_DAMAGED', /node\.json is damaged: /);
  }
  writeFileSync(path, text);
  await withData(dataOptions(folder), async () => {});
});

test('an identity of an unknown format version is refused with its version', async (t) => {
  const folder = await writeData(dataOptions(nodeFolder(t)));
  const content = JSON.stringify({ formatVersion: 2, whatever: true });
  const checksum = crc32c(Buffer.from(content));
  writeFileSync(join(folder, 'node.json'), `${content.slice(0, -1)},"checksum":${checksum}}`);
  const words = /node\.json has format version 2, but this program supports only version 1; use/;
  await checkRefused(dataOptions(folder), 'LETO_DATA_FOREIGN', words);
});

test('a folder in use is refused, by this process and by another', async (t) => {
  const options = dataOptions(nodeFolder(t));
  const words = /log is in use by another process; stop that process/;
  await withData(options, () => checkRefused(options, 'LETO_DATA_LOCKED', words));
  const other = startWriter(t, options);
  await once(other, 'message');
  await checkRefused(options, 'LETO_DATA_LOCKED', words);
  other.kill('SIGKILL');
  await once(other, 'exit');
  await withData(options, async () => {});
});

test('a folder that cannot be written is refused', async (t) => {
  const parent = temporaryFolder(t);
  writeFileSync(join(parent, 'file'), '');
  const words = /^cannot write to .*; make it a writable folder with free space, or choose another/;
  for (const name of ['file', 'file/below', 'x'.repeat(300)]) {
    await checkRefused(dataOptions(join(parent, name)), 'LETO_DATA_UNWRITABLE', words);
  }
});

test('errors of the system in LevelDB are distinguished from damage', () => {
  for (const [text, code] of [
    ['IO error: /x/LOCK: Permission denied', 'LETO_DATA_UNWRITABLE'],
    ['IO error: /x/000005.ldb: No space left on device', 'LETO_DATA_UNWRITABLE'],
    ['IO error: /x/LOCK: Read-only file system', 'LETO_DATA_UNWRITABLE'],
    ['IO error: /x/MANIFEST-000002: No such file or directory', 'LETO_DATA_DAMAGED'],
    ['IO error: /x/000005.ldb: Input/output error', 'LETO_DATA_DAMAGED'],
  ] as const) {
    const cause = Object.assign(new Error(text), { code: 'LEVEL_IO_ERROR' });
    const error = new Error('Database failed to open', { cause });
    assert.equal(toDataError('/x', error).code, code, text);
  }
});

/** The files that an interruption after each step of the creation leaves; see DataFolder. */
const interruptions: readonly { readonly after: string; leave(folder: string): void }[] = [
  {
    after: 'the folder is created',
    leave: (folder) => {
      rmSync(join(folder, 'raft-log'), { recursive: true });
      rmSync(join(folder, 'node.json'));
    },
  },
  {
    after: 'the files of the database appear',
    leave: (folder) => {
      rmSync(join(folder, 'node.json'));
      renameSync(join(folder, 'raft-log'), join(folder, 'raft-log.new-1'));
      for (const name of readdirSync(join(folder, 'raft-log.new-1'))) {
        writeFileSync(join(folder, 'raft-log.new-1', name), '');
      }
    },
  },
  {
    after: 'the database is created',
    leave: (folder) => {
      rmSync(join(folder, 'node.json'));
      renameSync(join(folder, 'raft-log'), join(folder, 'raft-log.new-1'));
    },
  },
  {
    after: 'the database is in its place',
    leave: (folder) => rmSync(join(folder, 'node.json')),
  },
  {
    after: 'the identity is half written',
    leave: (folder) => {
      const text = readFileSync(join(folder, 'node.json'), 'utf8');
      writeFileSync(join(folder, 'node.json.new'), text.slice(0, 20));
      rmSync(join(folder, 'node.json'));
    },
  },
];

for (const { after, leave } of interruptions) {
  test(`a creation that is interrupted after ${after} is finished by the next start`, async (t) => {
    const folder = nodeFolder(t);
    await withData(dataOptions(folder), async () => {});
    leave(folder);
    // The node was never served, so even its first configuration may change.
    const options = dataOptions(folder, { voters: ['n1', 'n2'] });
    await withData(options, async ({ store }) => {
      const { base, hardState, entries } = await store.load();
      assert.deepEqual(base.configuration.voters, ['n1', 'n2']);
      assert.deepEqual([hardState.currentTerm, hardState.votedFor, entries], [0, null, []]);
      await store.persist(oneWrite);
    });
    assert.deepEqual(readdirSync(folder).sort(), ['node.json', 'raft-log']);
    const state = await withData(options, ({ store }) => store.load());
    assert.deepEqual(state.entries, oneWrite.entries);
  });
}

test('a creation that is killed at any moment is finished by the next start', async (t) => {
  let interrupted = 0;
  for (let round = 0; round < 16; round += 1) {
    const options = dataOptions(nodeFolder(t));
    const writer = startWriter(t, options);
    // The folder is the first thing that appears; from then on the kill comes later each round.
    while (!existsSync(options.folder)) await new Promise((resolve) => setImmediate(resolve));
    for (let wait = 0; wait < round * 4; wait += 1) readdirSync(options.folder);
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    if (!existsSync(join(options.folder, 'node.json'))) interrupted += 1;
    await withData(options, ({ store }) => store.load());
  }
  assert.ok(interrupted > 0, 'no kill came in the middle of a creation');
});

test('a process that is killed while it writes loses no confirmed write (P1)', async (t) => {
  const options = dataOptions(nodeFolder(t));
  for (let round = 1; round <= 8; round += 1) {
    const writer = startWriter(t, options);
    let confirmed = 0;
    writer.on('message', (index: number) => {
      confirmed = index;
      if (index % 10 === round) writer.kill('SIGKILL');
    });
    await once(writer, 'exit');
    const { entries: log } = await withData(options, ({ store }) => store.load());
    assert.ok(confirmed > 0 && log.length >= confirmed, `${log.length} of ${confirmed}`);
    assert.deepEqual(log, entries(1, log.length, 1));
  }
});

test('a copy of the whole folder replaces the folder', async (t) => {
  const options = dataOptions(nodeFolder(t));
  await writeData(options);
  const copy = crashImage(options.folder, `${options.folder}-copy`);
  rmSync(options.folder, { recursive: true });
  renameSync(copy, options.folder);
  assert.deepEqual(
    (await withData(options, ({ store }) => store.load())).entries,
    oneWrite.entries,
  );
});

/** Starts a process that writes until it is killed, and sends the index of each durable entry. */
function startWriter(t: TestContext, options: DataOptions) {
  const file = fileURLToPath(new URL('./writer-process.js', import.meta.url));
  return endWithTest(t, fork(file, [JSON.stringify(options)]));
}
