import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { LetoError } from '../../src/base/errors.js';
import { type ClusterUnderTest, runStress } from '../../src/check/index.js';
import { type ClusterEvent, type Intent, type Status, toStatus } from '../../src/control/index.js';
import { clusterView, nodeView } from '../control/fixtures.js';
import { FakeMember } from './fake-member.js';
import { FakeNode } from './fake-node.js';

const options = { entries: 40, clients: 2, batch: 8 };

/** Three fake nodes that hold what n1, who leads, is told; a fourth when one is added. */
class FakeCluster implements ClusterUnderTest {
  readonly intents: string[] = [];
  readonly members: FakeMember[] = ['n1', 'n2', 'n3'].map((id) => new FakeMember(id));
  tell: (event: ClusterEvent) => void = () => {};
  /** What else happens at an intent. */
  react: (intent: Intent) => void = () => {};
  /** Who is there after an addition. */
  addedId = 'n4';
  readonly #folder: string;
  readonly #nodes = new Map<string, FakeNode>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async start(): Promise<FakeCluster> {
    const cluster = new FakeCluster(await mkdtemp(join(tmpdir(), 'leto-test-')));
    for (const member of cluster.members) await cluster.#listen(member);
    return cluster;
  }

  async status(): Promise<Status> {
    const [first, ...others] = clusterView().nodes;
    const nodes = this.members.map(({ id }, at) => {
      const { report } = (at === 0 ? first : others[0]) ?? { report: null };
      const respPort = this.#nodes.get(id)?.address.port ?? null;
      return nodeView(id, { report, respPort, dataDir: this.#folder });
    });
    return { ...toStatus({ ...clusterView(), nodes }, 0), ready: true };
  }

  async dispatch(intent: Intent): Promise<void> {
    const target = 'target' in intent ? ` ${intent.target}` : '';
    this.intents.push(`${intent.type}${target}`);
    this.react(intent);
    if (intent.type === 'remove') {
      this.members.splice(
        this.members.findIndex(({ id }) => id === intent.target),
        1,
      );
    }
    if (intent.type === 'add') await this.#add();
  }

  onEvent(listener: (event: ClusterEvent) => void): void {
    this.tell = listener;
  }

  get hasData(): boolean {
    return existsSync(this.#folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of this.#nodes.values()) await node.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #add(): Promise<void> {
    const member = new FakeMember(this.addedId);
    for (const command of this.members[0]?.log ?? []) member.answer(splitCommand(command));
    this.members.push(member);
    await this.#nodes.get(member.id)?.close();
    await this.#listen(member);
  }

  /** Writes go to all at once. */
  async #listen(member: FakeMember): Promise<void> {
    const react = (args: string[]) => {
      if (args[0] !== 'SET') return member.answer(args);
      const replies = this.members.map((each) => each.answer(args));
      return replies[0] ?? 'silence';
    };
    this.#nodes.set(member.id, await FakeNode.listen(react));
  }
}

/** `SET key value`, of which only the value has spaces. */
function splitCommand(command: string): string[] {
  const [name = '', key = '', ...value] = command.split(' ');
  return [name, key, value.join(' ')];
}

function run(cluster: FakeCluster, signal = new AbortController().signal) {
  return runStress(cluster, options, signal, () => {});
}

test('nodes are compared thrice: after the inserts, a restart, and the loss of a disk', async () => {
  await using cluster = await FakeCluster.start();
  const { insertion, stages, failures } = await run(cluster);
  assert.equal(insertion?.resent, 0);
  assert.deepEqual(failures, []);
  assert.deepEqual(
    stages.map(({ after, nodes, differences }) => [after, nodes.join(), differences.length]),
    [
      ['the inserts', 'n1,n2,n3', 0],
      ['a restart of all nodes', 'n1,n2,n3', 0],
      ['n2 lost its disk and n4 took its place', 'n1,n3,n4', 0],
    ],
  );
  assert.deepEqual(cluster.intents, ['kill all', 'restart all', 'kill n2', 'remove n2', 'add']);
  assert.equal(cluster.hasData, false);
});

test('a key that a restart lost ends the run with what differs', async () => {
  await using cluster = await FakeCluster.start();
  cluster.react = ({ type }) => {
    if (type === 'restart') cluster.members[2]?.machine.store.delete('entry:3');
  };
  const { stages } = await run(cluster);
  assert.deepEqual(
    stages.map(({ differences }) => differences),
    [[], ['n3: key entry:3 is missing', 'n3: it has 39 keys, not 40']],
  );
  assert.equal(cluster.hasData, true);
});

test('a node that comes back without its disk under its old id is a failure', async () => {
  await using cluster = await FakeCluster.start();
  cluster.addedId = 'n2';
  const { stages, failures } = await run(cluster);
  assert.equal(stages.length, 2);
  assert.deepEqual(failures, ['n2 came back with its old id, though it has lost its vote']);
});

test('what can not be done, and nodes that crash, are failures of the run', async () => {
  await using cluster = await FakeCluster.start();
  cluster.react = ({ type }) => {
    if (type !== 'add') return;
    cluster.tell({ at: '', node: nodeView('n3').id, event: 'crashed', reason: 'it is broken' });
    throw new LetoError('LETO_TIMED_OUT', 'no leader could addVoter in 60 s');
  };
  const { failures } = await run(cluster);
  assert.deepEqual(failures, ['n3 crashed: it is broken', 'no leader could addVoter in 60 s']);
});

test('the signal ends a run between two steps', async () => {
  await using cluster = await FakeCluster.start();
  const ending = new AbortController();
  cluster.react = () => ending.abort(new Error('enough'));
  await assert.rejects(run(cluster, ending.signal), { message: 'enough' });
  assert.ok(!cluster.intents.includes('kill n2'));
});
