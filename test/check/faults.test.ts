/** Tests that every fault is injected and undone, against a fake cluster. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LetoError } from '../../src/base/errors.js';
import { Prng } from '../../src/base/prng.js';
import { FaultRunner } from '../../src/check/fault-runner.js';
import { type FaultName, faultGenerators, faultNames } from '../../src/check/faults.js';
import type { ClusterUnderTest } from '../../src/check/index.js';
import {
  type ClusterView,
  faultyLinksAfter,
  type Intent,
  type LinkIntent,
  type NodeState,
  resolveTarget,
  toStatus,
} from '../../src/control/index.js';
import { clusterView, nodeView } from '../control/fixtures.js';

/** The states in which an intent is possible, and the state that it leads to. */
const transitions: Readonly<Record<string, readonly [from: readonly NodeState[], to: NodeState]>> =
  {
    kill: [['running', 'paused'], 'dead'],
    stop: [['running'], 'dead'],
    restart: [['dead'], 'running'],
    pause: [['running'], 'paused'],
    resume: [['paused'], 'running'],
  };

const linkIntents: readonly string[] = ['cut', 'partition', 'isolate', 'heal', 'link'];

/** A cluster whose view changes at once with each intent, by the rules of a real cluster. */
class FakeCluster implements ClusterUnderTest {
  view: ClusterView = clusterView();
  members = 3;
  slowDisks = 0;
  readonly intents: Intent[] = [];

  async status() {
    return toStatus(this.view, 0);
  }

  async dispatch(intent: Intent): Promise<void> {
    this.intents.push(intent);
    const transition = transitions[intent.type];
    if (transition && 'target' in intent) this.#changeLives(intent, ...transition);
    else if (linkIntents.includes(intent.type)) this.#changeLinks(intent as LinkIntent);
    else this.#count(intent);
  }

  onEvent(): void {}

  #changeLives(
    intent: Parameters<typeof resolveTarget>[1],
    from: readonly NodeState[],
    state: NodeState,
  ): void {
    const targets = resolveTarget(this.view, intent);
    const named = this.view.nodes.filter(({ id }) => targets.includes(id));
    const affected = named.filter((node) => from.includes(node.state));
    if (affected.length === 0) throw new LetoError('LETO_NODE_STATE', `can't ${intent.type} it`);
    const nodes = this.view.nodes.map((node) =>
      affected.includes(node) ? { ...node, state } : node,
    );
    this.view = { ...this.view, nodes };
  }

  #changeLinks(intent: LinkIntent): void {
    this.view = { ...this.view, links: faultyLinksAfter(this.view, intent) };
  }

  /** Counts the faults that the view does not show. */
  #count(intent: Intent): void {
    if (intent.type === 'disk') this.slowDisks += intent.fault.type === 'slow' ? 1 : -1;
    if (intent.type === 'add') this.members += 1;
    if (intent.type === 'remove') this.members -= 1;
  }
}

/** Injects faults without pauses until each kind was injected `times` times. */
async function runFaults(cluster: ClusterUnderTest, names: readonly FaultName[], times: number) {
  const stopping = new AbortController();
  const turn = async () => {
    await new Promise(setImmediate);
    if (Object.values(runner.counts).every((count) => count >= times)) stopping.abort();
  };
  const runner: FaultRunner = new FaultRunner(cluster, names, new Prng(1), turn);
  await runner.run(stopping.signal);
  return runner.counts;
}

function assertWhole({ view, members, slowDisks }: FakeCluster): void {
  assert.deepEqual(view, clusterView());
  assert.deepEqual({ members, slowDisks }, { members: 3, slowDisks: 0 });
}

for (const name of faultNames) {
  test(`${name} is injected and undone`, async () => {
    const cluster = new FakeCluster();
    await runFaults(cluster, [name], 100);
    const types = new Set(cluster.intents.map(({ type }) => type));
    const expected: Record<FaultName, string[]> = {
      kill: ['kill', 'restart'],
      stop: ['restart', 'stop'],
      pause: ['pause', 'resume'],
      partition: ['cut', 'heal', 'isolate', 'partition'],
      link: ['link'],
      disk: ['disk'],
      transfer: ['transfer'],
      snapshot: ['snapshot'],
      member: ['add', 'remove'],
    };
    assert.deepEqual([...types].sort(), expected[name]);
    assert.ok(cluster.intents.length >= 100);
    assertWhole(cluster);
  });
}

test('all faults together are undone completely', async () => {
  const cluster = new FakeCluster();
  const counts = await runFaults(cluster, faultNames, 50);
  assertWhole(cluster);
  assert.deepEqual(Object.keys(counts), faultNames);
});

test('a fault that the cluster refuses is not counted', async () => {
  const cluster = new FakeCluster();
  const refused = new Set<number>();
  cluster.dispatch = async (intent) => {
    cluster.intents.push(intent);
    if (intent.type !== 'pause' || cluster.intents.length % 2 === 0) return;
    refused.add(cluster.intents.length);
    throw new LetoError('LETO_NODE_STATE', 'it has died');
  };
  const counts = await runFaults(cluster, ['pause'], 10);
  const pauses = cluster.intents.filter(({ type }) => type === 'pause').length;
  assert.ok(refused.size > 0);
  assert.equal(counts.pause, pauses - refused.size);
});

test('a fault that times out is counted, since it may still take effect', async () => {
  const cluster = new FakeCluster();
  cluster.dispatch = async (intent) => {
    cluster.intents.push(intent);
    throw new LetoError('LETO_TIMED_OUT', 'no leader could do it');
  };
  const counts = await runFaults(cluster, ['member'], 5);
  assert.equal(cluster.intents.length, 2 * (counts.member ?? 0));
});

test('a node that cannot restart ends the run with its error', async () => {
  const cluster = new FakeCluster();
  cluster.dispatch = async ({ type }) => {
    if (type === 'restart') throw new LetoError('LETO_DATA_DAMAGED', 'n1 is damaged');
  };
  await assert.rejects(runFaults(cluster, ['kill'], 10), { code: 'LETO_DATA_DAMAGED' });
});

test('only running nodes are targets, and a single node has no links', () => {
  const prng = new Prng(1);
  const dead = { state: 'dead', report: null } as const;
  const allDead = clusterView(...['n1', 'n2', 'n3'].map((id) => nodeView(id, dead)));
  assert.equal(faultGenerators.pause(prng, toStatus(allDead, 0)), null);
  const alone = { ...clusterView(), nodes: clusterView().nodes.slice(0, 1) };
  assert.equal(faultGenerators.partition(prng, toStatus(alone, 0)), null);
  assert.equal(faultGenerators.link(prng, toStatus(alone, 0)), null);
});
