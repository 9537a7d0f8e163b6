/** Tests the offline check of a data folder, and that it changes nothing. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { crc32c } from '../../src/base/crc.js';
import { DataFolder } from '../../src/storage/data-folder.js';
import { verifyFolder } from '../../src/storage/verify-folder.js';
import { temporaryFolder } from '../helpers/resources.js';
import { dataOptions, entries, hardState, logWrite, point, snapshotWrites } from './fixtures.js';

/** Writes a snapshot at 4 and a log from 3 to 12, in tables and in the write-ahead log. */
async function writeData(t: TestContext): Promise<string> {
  const folder = join(temporaryFolder(t), 'n1');
  const pad = 'x'.repeat(1000);
  const first = await DataFolder.open(dataOptions(folder));
  await first.store.persist(logWrite(hardState(2, 'n3'), entries(1, 9, 1, pad)));
  for (const write of snapshotWrites(point(4, 1), ['a', 'b'], point(2, 1))) {
    await first.store.persist(write);
  }
  await first.close();
  const second = await DataFolder.open(dataOptions(folder));
  await second.store.persist(logWrite(null, entries(10, 3, 2, pad)));
  await second.close();
  return folder;
}

/** Lists each file with its time, mode, size and digest. */
function imageOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map(({ parentPath, path, name }) => join(parentPath ?? path, name))
    .sort()
    .map((path) => {
      const { mtimeMs, mode, size } = statSync(path);
      const isFile = statSync(path).isFile();
      const digest = isFile ? createHash('sha256').update(readFileSync(path)).digest('hex') : '';
      return [path, mtimeMs, mode, size, digest].join(' ');
    });
}

test('sound data is described, and no byte, time or mode changes', async (t) => {
  const folder = await writeData(t);
  const before = imageOf(folder);
  const { identity, meta, runCount: runs, configuration } = await verifyFolder(folder);
  assert.deepEqual(imageOf(folder), before);
  assert.equal(identity.nodeId, dataOptions(folder).nodeId);
  assert.deepEqual(meta.hardState, hardState(2, 'n3'));
  assert.equal(meta.snapshot.lastIncluded.index, 4);
  assert.deepEqual([meta.base.index, meta.lastIndex, runs], [2, 12, 2]);
  assert.deepEqual(configuration, meta.snapshot.lastIncluded.configuration);
});

const damages: readonly [what: string, damage: (folder: string) => void, message: RegExp][] = [
  ['without its identity', (folder) => rmSync(join(folder, 'node.json')), /node\.json is damaged/],
  [
    'without its database',
    (folder) => rmSync(join(folder, 'raft-log'), { recursive: true }),
    /n1 is damaged: its database is missing/,
  ],
  [
    'with a wrong byte in a table',
    (folder) => flip(folder, '.ldb'),
    /\.ldb is damaged: .*checksum/,
  ],
  ['with a missing table', (folder) => rmSync(fileOf(folder, '.ldb')), /raft-log is damaged: /],
];

for (const [what, damage, message] of damages) {
  test(`a folder ${what} is refused as damaged, and not changed`, async (t) => {
    const folder = await writeData(t);
    damage(folder);
    const before = imageOf(folder);
    await assert.rejects(verifyFolder(folder), { code: 'LETO_DATA_DAMAGED', message });
    assert.deepEqual(imageOf(folder), before);
  });
}

test('an unknown format version is not reported as damage', async (t) => {
  const folder = await writeData(t);
  const path = join(folder, 'node.json');
  const { checksum: _, ...known } = JSON.parse(readFileSync(path, 'utf8'));
  const content = { ...known, formatVersion: 2 };
  const checksum = crc32c(Buffer.from(JSON.stringify(content)));
  writeFileSync(path, JSON.stringify({ ...content, checksum }));
  const message = /node\.json has format version 2, but this program supports only version 1; use/;
  await assert.rejects(verifyFolder(folder), { code: 'LETO_DATA_FOREIGN', message });
});

test('a folder without data is refused, and no temporary files remain', async (t) => {
  const message = /^there is no data in .*; pass the -raftdir of a node$/;
  const checking = verifyFolder(temporaryFolder(t));
  await assert.rejects(checking, { code: 'LETO_NODE_STATE', message });
  const leftBehind = readdirSync(tmpdir()).filter((name) => name.startsWith('leto-verify-'));
  assert.deepEqual(leftBehind, []);
});

function fileOf(folder: string, ending: string): string {
  const name = readdirSync(join(folder, 'raft-log')).find((each) => each.endsWith(ending));
  assert.ok(name, `no ${ending}`);
  return join(folder, 'raft-log', name);
}

function flip(folder: string, ending: string): void {
  const path = fileOf(folder, ending);
  const bytes = readFileSync(path);
  bytes[10] = (bytes[10] as number) ^ 1;
  writeFileSync(path, bytes);
}
