import type { TestContext } from 'node:test';
import type { Message, NodeId } from '../../src/raft/index.js';
import { n1, n2, n3 } from '../raft/node.js';
import { TestNode, type TestNodeOptions } from './test-node.js';

/** Three nodes without a leader yet; each knows the client addresses of the others. */
export class TestCluster {
  readonly nodes: readonly [TestNode, TestNode, TestNode];
  /** Returns true for a message that is to be lost. */
  loses: (message: Message) => boolean = () => false;

  constructor(nodes: TestCluster['nodes']) {
    this.nodes = nodes;
    for (const node of nodes) {
      for (const { id, port } of nodes) {
        node.server.addresses.set(id, { host: '127.0.0.1', port });
      }
    }
  }

  node(id: NodeId): TestNode | undefined {
    return this.nodes.find((node) => node.id === id);
  }

  /** Loses all messages to and from `id`. */
  isolate(id: NodeId): void {
    this.loses = ({ from, to }) => from === id || to === id;
  }

  carry(messages: readonly Message[]): void {
    for (const message of messages) {
      if (!this.loses(message)) setImmediate(() => this.node(message.to)?.driver.message(message));
    }
  }
}

export async function startCluster(
  t: TestContext,
  options: TestNodeOptions = {},
): Promise<TestCluster> {
  const start = (id: NodeId) =>
    TestNode.start(t, {
      ...options,
      settings: { ...options.settings, id, prngSeed: Number(id.slice(1)) },
      voters: [n1, n2, n3],
      send: (messages) => cluster.carry(messages),
    });
  const cluster: TestCluster = new TestCluster([await start(n1), await start(n2), await start(n3)]);
  return cluster;
}

/** Starts three nodes and resolves when n1 leads and the others know it. */
export async function startElected(
  t: TestContext,
  options: TestNodeOptions = {},
): Promise<TestCluster> {
  const cluster = await startCluster(t, options);
  const [leader, ...followers] = cluster.nodes;
  await leader.lead();
  for (const follower of followers)
    await follower.until(() => follower.replica.raftState.leaderId === n1);
  return cluster;
}
