/**
 * Three `leto` processes on three hosts with an IP address each, while the network between them is
 * cut.
 */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Prng } from '../../src/base/prng.js';
import { Client } from '../../src/check/client.js';
import { ClientConnection } from '../../src/check/client-connection.js';
import { HistoryRecorder } from '../../src/check/history-recorder.js';
import { judge } from '../../src/check/judge.js';
import { Requester } from '../../src/check/requester.js';
import { Workload } from '../../src/check/workload.js';
import type { Address } from '../../src/control/index.js';
import { LetoProcess } from '../helpers/leto.js';
import { turn } from '../helpers/load.js';
import { atEnd, temporaryFolder } from '../helpers/resources.js';
import { Hosts, withoutHosts } from './hosts.js';

const seed = 1;
const clientCount = 4;
const keyCount = 6;
/** This many answers under a fault show that the cluster serves clients. */
const answersMin = 100;
const patienceMs = 3000;
const bounds = { configurationsMax: 2_000_000, isOverdue: () => false };

/** Three `leto` nodes as in Leto's README, each on a host of its own. */
class LetoHosts {
  readonly hosts: Hosts;
  readonly addresses: readonly Address[];
  readonly #test: TestContext;
  readonly #folder: string;
  readonly #processes: LetoProcess[] = [];

  private constructor(t: TestContext, hosts: Hosts, folder: string) {
    this.#test = t;
    this.#folder = folder;
    this.hosts = hosts;
    this.addresses = hosts.numbers.map((host) => ({
      host: hosts.address(host),
      port: 4379 + 1000 * host,
    }));
  }

  static async start(t: TestContext): Promise<LetoHosts> {
    const folder = temporaryFolder(t, 'hosts');
    const nodes = new LetoHosts(t, await Hosts.create(t, 3), folder);
    atEnd(t, () => nodes.#end());
    await nodes.#run(1).says(/won the election/);
    // The second node joins through the first, and the third through the second.
    for (const host of [2, 3]) {
      await nodes.#run(host, '-join', nodes.#listen(host - 1)).says(/has joined/);
    }
    return nodes;
  }

  /** Resolves with the leader's host when all these hosts name it and it is not `before`. */
  async leader(hosts: readonly number[], before = 0): Promise<number> {
    for (;;) {
      const leaders = new Set(await Promise.all(hosts.map((host) => this.leaderKnownTo(host))));
      const [leader = null] = leaders;
      if (leaders.size === 1 && leader !== null && leader !== before) return leader;
      await turn();
    }
  }

  async untilNoLeaderKnown(host: number): Promise<void> {
    while ((await this.leaderKnownTo(host)) !== null) await turn();
  }

  /** Resolves with the leader that the host names; null when it knows none. */
  async leaderKnownTo(host: number): Promise<number | null> {
    const connection = await ClientConnection.open(this.addresses[host - 1] as Address, patienceMs);
    const reply = await connection.ask(['RAFT', 'LEADER']);
    connection.close();
    const [id] = reply.type === 'array' ? reply.items : [];
    return id?.type === 'bulk' ? Number(id.bytes.slice('id'.length)) : null;
  }

  #listen(host: number): string {
    return `${this.hosts.address(host)}:${4379 + 1000 * host}`;
  }

  #run(host: number, ...joining: string[]): LetoProcess {
    const own = ['-id', `id${host}`, '-raftdir', join(this.#folder, `id${host}`), '-v'];
    const bind = `${this.hosts.address(host)}:${14_379 + 1000 * host}`;
    const places = ['-listen', this.#listen(host), '-raftbind', bind, '-insecure'];
    const within = this.hosts.on(host);
    const process = new LetoProcess(this.#test, [...own, ...places, ...joining], { within });
    this.#processes.push(process);
    return process;
  }

  async #end(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.end('SIGKILL')));
  }
}

/** Clients of all nodes, with the history of their operations. */
class Load {
  readonly recorder = new HistoryRecorder();
  readonly #workload = new Workload(keyCount, '');
  readonly #addresses: readonly Address[];
  readonly #ending = new AbortController();
  readonly #clients: Promise<unknown>;

  constructor(t: TestContext, addresses: readonly Address[]) {
    this.#addresses = addresses;
    const clients = Array.from({ length: clientCount }, (_, at) => {
      const prng = new Prng(seed + at);
      const { recorder } = this;
      const nodes = { all: addresses };
      return new Client({ nodes, workload: this.#workload, recorder, prng, probesWrites: true });
    });
    this.#clients = Promise.all(clients.map((client) => client.run(this.#ending.signal)));
    t.after(() => this.#ending.abort());
  }

  /** Resolves when `count` more operations have been answered. */
  async answered(count: number): Promise<void> {
    const goal = this.recorder.tally.ok + count;
    while (this.recorder.tally.ok < goal) await turn();
  }

  /** Stops the clients, then reads every key through every node. */
  async end(): Promise<void> {
    this.#ending.abort();
    await this.#clients;
    const reader = new Requester(this.recorder, patienceMs);
    for (const address of this.#addresses) {
      for (const key of this.#workload.keys) await untilRead(reader, key, address);
    }
    reader.close();
  }
}

async function untilRead(reader: Requester, key: string, address: Address): Promise<void> {
  const plan = { op: 'get', key, value: null, expected: null } as const;
  while ((await reader.perform(plan, address))?.ok !== true) await turn();
}

/** Cuts links; resolves when the nodes have reacted to that. */
type NetworkFault = (nodes: LetoHosts, leader: number, one: number, other: number) => Promise<void>;

const networkFaults: Readonly<Record<string, NetworkFault>> = {
  async 'a leader that can neither send nor receive'(nodes, leader, one, other) {
    await nodes.hosts.cutBothWays(leader, one);
    await nodes.hosts.cutBothWays(leader, other);
    await nodes.leader([one, other], leader);
  },
  async 'a leader that can send but not receive'(nodes, leader, one, other) {
    await nodes.hosts.cut(one, leader);
    await nodes.hosts.cut(other, leader);
    await nodes.leader([one, other], leader);
  },
  async 'a follower that can send to the leader but not receive from it'(nodes, leader, one) {
    await nodes.hosts.cut(leader, one);
    await nodes.untilNoLeaderKnown(one);
  },
  async 'a follower and a leader cut from each other, both connected to the other follower'(
    nodes,
    leader,
    one,
  ) {
    await nodes.hosts.cutBothWays(leader, one);
    await nodes.untilNoLeaderKnown(one);
  },
};

test('Leto: three hosts stay linearizable while their network is cut in four ways', {
  skip: withoutHosts(),
}, async (t) => {
  const nodes = await LetoHosts.start(t);
  const load = new Load(t, nodes.addresses);
  const { numbers } = nodes.hosts;
  for (const [name, injectFault] of Object.entries(networkFaults)) {
    const leader = await nodes.leader(numbers);
    const [one = 0, other = 0] = numbers.filter((host) => host !== leader);
    t.diagnostic(name);
    await injectFault(nodes, leader, one, other);
    await load.answered(answersMin);
    await nodes.hosts.heal();
  }
  await load.end();
  assert.deepEqual(judge(load.recorder.history, bounds), { type: 'linearizable' });
});
