/** Tests of whole stress runs, against a fake cluster. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { LetoError } from '../../src/base/errors.js';
import { type ClusterUnderTest, runStress } from '../../src/check/index.js';
import { type ClusterEvent, type Intent, type Status, toStatus } from '../../src/control/index.js';
import { clusterView, nodeView } from '../control/fixtures.js';
import { temporaryFolder } from '../helpers/resources.js';
import { FakeMember } from './fake-member.js';
import { FakeNode } from './fake-node.js';

const options = { entries: 40, clients: 2, batch: 8 };

/** Three fake nodes that hold what is written to n1, the leader; a fourth can be added. */
class FakeCluster implements ClusterUnderTest {
  readonly intents: string[] = [];
  readonly members: FakeMember[] = ['n1', 'n2', 'n3'].map((id) => new FakeMember(id));
  emit: (event: ClusterEvent) => void = () => {};
  /** Is called with each intent before it takes effect. */
  onIntent: (intent: Intent) => void = () => {};
  /** The id that an added node gets. */
  addedId = 'n4';
  readonly #folder: string;
  readonly #nodes = new Map<string, FakeNode>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async start(t: TestContext): Promise<FakeCluster> {
    const cluster = new FakeCluster(temporaryFolder(t));
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
    this.onIntent(intent);
    if (intent.type === 'remove') {
      this.members.splice(
        this.members.findIndex(({ id }) => id === intent.target),
        1,
      );
    }
    if (intent.type === 'add') await this.#add();
  }

  onEvent(listener: (event: ClusterEvent) => void): void {
    this.emit = listener;
  }

  get hasData(): boolean {
    return existsSync(this.#folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of this.#nodes.values()) await node.close();
  }

  async #add(): Promise<void> {
    const member = new FakeMember(this.addedId);
    for (const command of this.members[0]?.log ?? []) member.answer(splitCommand(command));
    this.members.push(member);
    await this.#nodes.get(member.id)?.close();
    await this.#listen(member);
  }

  /** Serves a member; every member receives each write at once. */
  async #listen(member: FakeMember): Promise<void> {
    const react = (args: string[]) => {
      if (args[0] !== 'SET') return member.answer(args);
      const replies = this.members.map((each) => each.answer(args));
      return replies[0] ?? 'silence';
    };
    this.#nodes.set(member.id, await FakeNode.listen(react));
  }
}

/** Splits `SET key value`, where the value may have spaces. */
function splitCommand(command: string): string[] {
  const [name = '', key = '', ...value] = command.split(' ');
  return [name, key, value.join(' ')];
}

function run(cluster: FakeCluster, signal = new AbortController().signal) {
  return runStress(cluster, options, signal, () => {});
}

test('nodes are compared after the inserts, after a restart, and after the loss of a disk', async (t) => {
  await using cluster = await FakeCluster.start(t);
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

test('a key that is lost in the restart ends the run with the difference', async (t) => {
  await using cluster = await FakeCluster.start(t);
  cluster.onIntent = ({ type }) => {
    if (type === 'restart') cluster.members[2]?.machine.store.delete('entry:3');
  };
  const { stages } = await run(cluster);
  assert.deepEqual(
    stages.map(({ differences }) => differences),
    [[], ['n3: key entry:3 is missing', 'n3: 39 keys, not 40']],
  );
  assert.equal(cluster.hasData, true);
});

test('a node that comes back under its old id without its disk is a failure', async (t) => {
  await using cluster = await FakeCluster.start(t);
  cluster.addedId = 'n2';
  const { stages, failures } = await run(cluster);
  assert.equal(stages.length, 2);
  assert.deepEqual(failures, [
    'n2 came back under its old id, although it lost its vote with its disk',
  ]);
});

test('refused intents and crashed nodes are failures of the run', async (t) => {
  await using cluster = await FakeCluster.start(t);
  cluster.onIntent = ({ type }) => {
    if (type !== 'add') return;
    cluster.emit({ at: '', node: nodeView('n3').id, event: 'crashed', reason: 'it is broken' });
    throw new LetoError('LETO_TIMED_OUT', 'no leader could addVoter in 60 s');
  };
  const { failures } = await run(cluster);
  assert.deepEqual(failures, ['n3 crashed: it is broken', 'no leader could addVoter in 60 s']);
});

test('the signal ends a run between two steps', async (t) => {
  await using cluster = await FakeCluster.start(t);
  const stopping = new AbortController();
  cluster.onIntent = () => stopping.abort(new Error('enough'));
  await assert.rejects(run(cluster, stopping.signal), { message: 'enough' });
  assert.ok(!cluster.intents.includes('kill n2'));
});
