/**
 * Hosts with an address each on this machine, for tests that cut the network. Needs root and
 * iproute2.
 */

import { execFile, spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Unique to this process; the name of an interface has at most 15 characters. */
const name = `leto${process.pid}`;
/** RFC 2544 reserves these addresses for network tests. */
const subnet = `198.18.${process.pid % 256}`;
const unusedHardwareAddress = '02:00:00:00:00:ff';

/** For `test`'s `skip`: false when this user may create hosts, otherwise the reason to skip. */
export function withoutHosts(): string | false {
  const trial = [`netns add ${name}`, `link add ${name} netns ${name} type veth peer ${name}`];
  const failure = trial.map((words) => spawnSync('ip', words.split(' '))).find(hasFailed);
  spawnSync('ip', ['netns', 'del', name]);
  return failure ? 'network namespaces need iproute2, its kernel and its rights' : false;
}

function hasFailed({ status }: { readonly status: number | null }): boolean {
  return status !== 0;
}

/**
 * Hosts are network namespaces on the ports of a switch, which is a namespace too; this process is
 * connected to the switch as well. A cut link is an entry in a host's neighbour table with a
 * hardware address that no host has, so packets are lost silently, and in that direction only.
 */
export class Hosts {
  readonly #count: number;

  private constructor(count: number) {
    this.#count = count;
  }

  static async create(t: TestContext, count: number): Promise<Hosts> {
    const hosts = new Hosts(count);
    t.after(() => hosts.#remove());
    await ip(`netns add ${name}`);
    await ip(`-n ${name} link add switch up type bridge`);
    await ip(`link add ${name} type veth peer port0 netns ${name}`);
    await ip(`-n ${name} link set port0 master switch up`);
    await ip(`link set ${name} up`);
    await ip(`address add ${subnet}.254/24 dev ${name}`);
    for (const host of hosts.numbers) await addHost(host);
    await hosts.heal();
    return hosts;
  }

  get numbers(): number[] {
    return Array.from({ length: this.#count }, (_, at) => at + 1);
  }

  address(host: number): string {
    return addressOf(host);
  }

  /** The words that make a command run on that host when they precede it. */
  on(host: number): readonly string[] {
    return ['ip', 'netns', 'exec', namespaceOf(host)];
  }

  /** Loses what `from` sends to `to`; the other direction is not affected. */
  async cut(from: number, to: number): Promise<void> {
    await link(from, to, unusedHardwareAddress);
  }

  async cutBothWays(one: number, other: number): Promise<void> {
    await Promise.all([this.cut(one, other), this.cut(other, one)]);
  }

  async heal(): Promise<void> {
    for (const from of this.numbers) {
      for (const to of this.numbers) if (from !== to) await link(from, to, hardwareAddressOf(to));
    }
  }

  /** Deletes the namespaces, and the links with them. */
  async #remove(): Promise<void> {
    const names = [...this.numbers.map(namespaceOf), name];
    await Promise.allSettled(names.map((namespace) => ip(`netns del ${namespace}`)));
  }
}

async function addHost(host: number): Promise<void> {
  const [namespace, port] = [namespaceOf(host), `port${host}`];
  await ip(`netns add ${namespace}`);
  await ip(`-n ${name} link add ${port} type veth peer eth0 netns ${namespace}`);
  await ip(`-n ${name} link set ${port} master switch up`);
  await ip(`-n ${namespace} link set eth0 address ${hardwareAddressOf(host)} up`);
  await ip(`-n ${namespace} address add ${addressOf(host)}/24 dev eth0`);
}

async function link(from: number, to: number, hardwareAddress: string): Promise<void> {
  const entry = `${addressOf(to)} lladdr ${hardwareAddress} dev eth0 nud permanent`;
  await ip(`-n ${namespaceOf(from)} neigh replace ${entry}`);
}

function addressOf(host: number): string {
  return `${subnet}.${host}`;
}

function hardwareAddressOf(host: number): string {
  return `02:00:00:00:00:0${host}`;
}

function namespaceOf(host: number): string {
  return `${name}-${host}`;
}

async function ip(words: string): Promise<void> {
  await run('ip', words.split(' '));
}
