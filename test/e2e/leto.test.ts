/** `leto` processes: joining, leaving, data folders, errors, and the end. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { crc32c } from '../../src/base/crc.js';
import { listen } from '../../src/transport/index.js';
import { LetoNodes, LetoProcess, until } from '../helpers/leto.js';
import { atEnd, endWithTest, temporaryFolder } from '../helpers/resources.js';
import { cannotMount, mount } from '../helpers/small-disk.js';

test('raftd: nodes with data come back after a kill of all, with -join or without', async (t) => {
  const { nodes, first, second, third } = await LetoNodes.three(t);
  const keys = Array.from({ length: 30 }, (_, at) => `key${at}`);
  for (const key of keys) await nodes.command(1, 'set', key, key);
  await Promise.all([first, second, third].map((node) => node.end('SIGKILL')));
  nodes.run(1);
  // The member named by -join is not up yet, and need not be.
  nodes.run(2, '-join', `:${nodes.respPort(3)}`);
  nodes.run(3);
  for (const number of [1, 2, 3]) {
    await nodes.leader(number);
    assert.deepEqual(await nodes.askPatiently(number, 'mget', ...keys), keys);
  }
});

test('Leto: JOIN of a member changes nothing, LEAVE removes a node or the leader, JOIN brings it back', async (t) => {
  const { nodes, first, second, third } = await LetoNodes.three(t);
  const address = `127.0.0.1:${nodes.raftPort(3)}`;
  assert.equal(await nodes.askPatiently(2, 'join', address, 'id3'), 'OK');
  assert.equal(await nodes.askPatiently(2, 'leave', 'id3'), 'OK');
  await third.says(/id3 has left the cluster/);
  await nodes.command(1, 'set', 'a', '1');
  assert.equal(await nodes.askPatiently(2, 'join', address, 'id3'), 'OK');
  await nodes.answers(3, '1', 'get', 'a');

  const [leader, one, two] = await nodes.roles();
  assert.equal(await nodes.askPatiently(leader, 'leave', `id${leader}`), 'OK');
  await [first, second, third][leader - 1]?.says(/has left the cluster/);
  await nodes.answers(one, 'OK', 'leave', `id${leader}`);
  const status = (await nodes.ask(await nodes.leader(one), 'raft', 'status')) as unknown[];
  assert.deepEqual(status[status.indexOf('voters') + 1], [`id${one}`, `id${two}`]);
});

test('a node that joins late is sent the snapshot', async (t) => {
  const nodes = await LetoNodes.create(t);
  nodes.run(1);
  await nodes.leader(1);
  assert.equal(await nodes.ask(1, 'set', 'a', '1'), 'OK');
  assert.equal(await nodes.ask(1, 'snapshot'), 'OK');
  assert.equal(await nodes.ask(1, 'snapshot'), 'nothing new to snapshot');
  await nodes.join(2, 1);
  await nodes.answers(2, '1', 'get', 'a');
});

test('a member comes back only with its data, and is found on another port', async (t) => {
  const { nodes, third } = await LetoNodes.three(t);
  assert.equal(await third.end('SIGTERM'), 0);
  const elsewhere = ['-raftdir', join(nodes.folder, 'elsewhere')];
  const empty = nodes.run(3, ...elsewhere, '-join', `:${nodes.respPort(1)}`);
  assert.equal(await empty.ended(), 1);
  assert.match(empty.log, /^leto: id3 is already a member of that cluster, .* send LEAVE id3/m);

  const moved = ['-raftbind', `:${nodes.raftPort(4)}`, '-listen', `:${nodes.respPort(4)}`];
  nodes.run(3, ...moved);
  await nodes.leader(4);
  const hint = `not leader, leader is id3 at 127.0.0.1:${nodes.respPort(4)}`;
  await until(async () => {
    for (const number of [1, 2]) await nodes.ask(number, 'raft', 'transfer', 'id3');
    return (await nodes.ask(1, 'set', 'a', '1')) === hint;
  });
});

test('data of another cluster cannot join, and stays usable', async (t) => {
  const nodes = await LetoNodes.create(t);
  nodes.run(1);
  await nodes.leader(1);
  const other = nodes.run(2);
  await nodes.leader(2);
  await other.end('SIGTERM');
  const wrong = nodes.run(2, '-join', `:${nodes.respPort(1)}`);
  assert.equal(await wrong.ended(), 1);
  assert.match(wrong.log, /^leto: .* holds data of another cluster than 127\.0\.0\.1:\d+; /m);
  nodes.run(2);
  assert.equal(await nodes.leader(2), 2);
});

test('Leto: a port in use is one clear error line that names the flag, and no panic', async (t) => {
  const nodes = await LetoNodes.create(t);
  nodes.run(1);
  await nodes.leader(1);
  for (const flag of ['-listen', '-raftbind']) {
    const taken = flag === '-listen' ? nodes.respPort(1) : nodes.raftPort(1);
    const node = nodes.run(2, flag, `:${taken}`);
    assert.equal(await node.ended(), 1);
    const message = `leto: port ${taken} is in use by another program; choose another ${flag}\n`;
    assert.ok(node.log.endsWith(message), node.log);
  }
});

test('raftd: the data is readable for its user only, and is in -raftdir itself', async (t) => {
  const nodes = await LetoNodes.create(t);
  const node = nodes.run(1);
  await nodes.leader(1);
  await node.end('SIGTERM');
  const folder = join(nodes.folder, 'id1');
  assert.deepEqual((await readdir(folder)).sort(), ['node.json', 'raft-log']);
  for (const name of await readdir(folder, { recursive: true })) {
    const place = await stat(join(folder, name));
    assert.equal(place.mode & 0o777, place.isDirectory() ? 0o700 : 0o600, name);
  }
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
});

test('-verify describes the data of a folder, and exits with 1 when it is in use or damaged', async (t) => {
  const nodes = await LetoNodes.create(t);
  const node = nodes.run(1);
  await nodes.leader(1);
  assert.equal(await nodes.ask(1, 'set', 'a', '1'), 'OK');
  const folder = join(nodes.folder, 'id1');
  const inUse = nodes.run(1, '-verify');
  assert.equal(await inUse.ended(), 1);
  assert.match(inUse.log, /^leto: \S+raft-log is in use by another process; .*\n$/);
  assert.equal(await nodes.ask(1, 'set', 'a', '2'), 'OK');
  await node.end('SIGTERM');

  const sound = nodes.run(1, '-verify');
  assert.equal(await sound.ended(), 0);
  assert.match(sound.stdout, new RegExp(`^id1 of cluster \\S+, in ${folder}\n`));
  assert.match(sound.stdout, /\nterm 1, voted for id1\n.*\nlog from 1 to [3-9], in [1-9] runs\n/);
  const voter = `voters: id1 at 127.0.0.1:${nodes.raftPort(1)}`;
  assert.ok(sound.stdout.endsWith(`\n${voter}\nok\n`), sound.stdout);

  const other = nodes.run(1, '-verify', '-id', 'id2');
  assert.equal(await other.ended(), 1);
  assert.match(other.log, /^leto: \S+ holds data of id1, not of id2; /);
  await rm(join(folder, 'raft-log', 'CURRENT'));
  const damaged = nodes.run(1, '-verify');
  assert.equal(await damaged.ended(), 1);
  assert.match(damaged.log, /^leto: \S+raft-log is damaged: its file CURRENT is missing; /);
  assert.equal(damaged.stdout, '');
});

test('a second process on a folder is refused, and the first keeps running', async (t) => {
  const nodes = await LetoNodes.create(t);
  const first = nodes.run(1);
  await nodes.leader(1);
  const second = nodes.run(2, '-id', 'id1', '-raftdir', join(nodes.folder, 'id1'));
  assert.equal(await second.ended(), 1);
  assert.match(second.log, /^leto: \S+id1\S* is in use by another process; /m);
  assert.equal(await nodes.ask(1, 'set', 'a', '1'), 'OK');
  await first.end('SIGKILL');
  nodes.run(1);
  await nodes.leader(1);
  assert.equal(await nodes.ask(1, 'get', 'a'), '1');
});

test('data of an unknown format version is not opened', async (t) => {
  const nodes = await LetoNodes.create(t);
  const node = nodes.run(1);
  await nodes.leader(1);
  await node.end('SIGTERM');
  const path = join(nodes.folder, 'id1', 'node.json');
  const { checksum: _, ...known } = JSON.parse(await readFile(path, 'utf8'));
  const content = { ...known, formatVersion: 99 };
  const checksum = crc32c(Buffer.from(JSON.stringify(content)));
  await writeFile(path, JSON.stringify({ ...content, checksum }));
  const refused = nodes.run(1);
  assert.equal(await refused.ended(), 1);
  assert.match(refused.log, /^leto: \S+node\.json has format version 99, but this program .*\n$/m);
});

test('a full disk ends its node with one error line, and the other two keep working', {
  skip: cannotMount(),
}, async (t) => {
  const nodes = await LetoNodes.create(t);
  const disk = temporaryFolder(t, 'disk');
  atEnd(t, () => spawnSync('umount', ['--lazy', disk]));
  assert.ok(mount('-o', 'size=3m', 'tmpfs', disk));
  nodes.run(1);
  await nodes.leader(1);
  await nodes.join(2, 1);
  const third = nodes.run(3, '-join', `:${nodes.respPort(2)}`, '-raftdir', join(disk, 'data'));
  await third.says(/has joined/);
  let isFull = false;
  const ended = third.ended().finally(() => {
    isFull = true;
  });
  // On a busy machine another node may lead by now.
  const isWritten = async (value: string) => {
    const asked = [1, 2, 3].map((number) => nodes.ask(number, 'set', 'a', value).catch(() => null));
    return (await Promise.all(asked)).includes('OK');
  };
  const value = 'x'.repeat(100_000);
  for (let at = 0; at < 500 && !isFull; at += 1) await isWritten(value);
  assert.equal(await ended, 1);
  assert.match(
    third.log,
    /^leto: the disk failed a write to .*No space left on device.*free some space/m,
  );
  while (!(await isWritten('on')));
  await nodes.answers(2, 'on', 'get', 'a');
});

test('raftd: -h prints the usage; a wrong flag prints it on stderr and exits with 2', async (t) => {
  const help = new LetoProcess(t, ['-h']);
  assert.equal(await help.ended(), 0);
  assert.match(help.stdout, /^Usage of leto:\n {2}-advertise/);
  assert.equal(help.log, '');
  const wrong = new LetoProcess(t, ['-id', 'id1', '-wrong']);
  assert.equal(await wrong.ended(), 2);
  assert.match(wrong.log, /^leto: flag provided but not defined: -wrong\nUsage of leto:\n/);
  assert.equal(wrong.stdout, '');
});

test('a node that still asks to join can be stopped', async (t) => {
  const nodes = await LetoNodes.create(t);
  const server = endWithTest(
    t,
    createServer((socket) => socket.destroy()),
  );
  const port = await listen(server, { host: '127.0.0.1', port: 0, flag: '-listen' });
  const node = nodes.run(1, '-join', `:${port}`);
  await new Promise((resolve) => server.once('connection', resolve));
  assert.equal(await node.end('SIGINT'), 0);
});

test('without -raftdir the data is in the current folder', async (t) => {
  const nodes = await LetoNodes.create(t);
  const cwd = join(nodes.folder, 'here');
  await mkdir(cwd);
  const ports = ['-listen', `:${nodes.respPort(1)}`, '-raftbind', `:${nodes.raftPort(1)}`];
  const node = new LetoProcess(t, ['-id', 'id1', ...ports], { cwd });
  await nodes.leader(1);
  assert.equal(await node.end('SIGINT'), 0);
  assert.deepEqual((await readdir(cwd)).sort(), ['node.json', 'raft-log']);
});

test('a leader whose successor is gone stops nevertheless, at a first or a second signal', async (t) => {
  const nodes = await LetoNodes.create(t);
  for (const signalCount of [1, 2]) {
    const one = nodes.run(1);
    if (signalCount === 1) await nodes.leader(1);
    const two = signalCount === 1 ? await nodes.join(2, 1) : nodes.run(2);
    const isFirst = (await nodes.leader(1)) === 1;
    await (isFirst ? two : one).end('SIGKILL');
    const leader = isFirst ? one : two;
    const ended = leader.end('SIGTERM');
    if (signalCount === 2) {
      await leader.says(/is stopping/);
      await leader.end('SIGTERM');
    }
    assert.equal(await ended, 0);
  }
});
