/** A cluster with one damaged node starts without it, and the repair that it names works. */

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Program } from '../helpers/program.js';

interface StatusDocument {
  readonly leader: string | null;
  readonly nodes: readonly {
    readonly id: string;
    readonly state: string;
    readonly error?: string;
  }[];
}

test('`up -d` runs without a damaged node, exits with 4, and remove and add replace it', async (t) => {
  const program = Program.create(t);
  const dataDir = join(program.home, 'data');
  const start = ['up', '-d', '--port', '0', '--data-dir', dataDir, '--json'];
  assert.equal((await program.run(...start)).code, 0);
  assert.equal((await program.run('down')).code, 0);
  rmSync(join(dataDir, 'n2', 'raft-log', 'CURRENT'));
  const { code, stdout, stderr } = await program.run(...start);
  assert.equal(code, 4);
  const status = JSON.parse(stdout) as StatusDocument;
  assert.notEqual(status.leader, null);
  assert.deepEqual(
    status.nodes.map(({ state }) => state),
    ['running', 'dead', 'running'],
  );
  assert.match(status.nodes[1]?.error ?? '', /n2.* is damaged/);
  assert.match(stderr, /^leto-cluster: n2 is dead, and the other nodes go on: .*\n$/);
  const repair = /run leto-cluster (remove n2), delete (\S+), and run leto-cluster (add)/;
  const [, remove = '', folder = '', add = ''] = repair.exec(stderr) ?? [];
  assert.equal(folder, join(dataDir, 'n2'));
  assert.equal((await program.run(...remove.split(' '))).code, 0);
  rmSync(folder, { recursive: true });
  const added = JSON.parse((await program.run(add, '--json')).stdout);
  assert.equal(added.nodes.length, 1);
  const after = JSON.parse((await program.run('status', '--json')).stdout) as StatusDocument;
  assert.deepEqual(
    after.nodes.map(({ id, state }) => `${id} ${state}`).sort(),
    ['n1 running', 'n3 running', `${added.nodes[0]} running`].sort(),
  );
  for (const verb of ['isolate', 'pause', 'kill']) {
    const { leader } = JSON.parse((await program.run('status', '--json')).stdout) as StatusDocument;
    const met = JSON.parse((await program.run(verb, 'leader', '--json')).stdout);
    assert.deepEqual([met.verb, met.nodes], [verb, [leader]]);
    if (verb === 'isolate') await program.run('heal');
    if (verb === 'pause') await program.run('resume', 'all');
  }
  assert.equal((await program.run('down')).code, 0);
  assert.equal((await program.run(...start)).code, 0);
});
