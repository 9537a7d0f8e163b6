/** Write load on a cluster, and the check that no acknowledged write is lost. */

import type { ConnectionOptions } from 'node:tls';
import { Redis } from 'ioredis';
import type { Cluster } from '../../src/cluster/index.js';
import { leaderOf } from '../../src/control/index.js';
import { type Ending, endWithTest } from './resources.js';

/** The writes that were acknowledged, and how many others were refused or are uncertain. */
export interface Tally {
  readonly acknowledged: Map<string, string>;
  unknown: number;
  refused: number;
}

/** The password and TLS options of a client. */
export interface ClientAccess {
  readonly password?: string;
  readonly tls?: ConnectionOptions;
}

/** Creates a client of one node as `openClient` does; it is closed when the test ends. */
export function connectTo(t: Ending, port: number, access: ClientAccess = {}): Redis {
  return endWithTest(t, openClient(port, access));
}

/**
 * Creates a client of one node that neither retries nor waits for a connection. The caller closes it.
 */
export function openClient(port: number, access: ClientAccess = {}): Redis {
  const client = new Redis({
    host: '127.0.0.1',
    port,
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    ...access,
  });
  client.on('error', () => {});
  return client;
}

/** Returns the RESP port of the leader; null when none is known. */
type FindLeader = () => number | null | Promise<number | null>;

export function leaderIn(cluster: Cluster): FindLeader {
  return () => leaderOf(cluster.view())?.respPort ?? null;
}

/**
 * Clients that write distinct keys to the leader until `stop` is called. After an error they look
 * for the leader again, as an application would.
 */
export class WriteLoad {
  readonly tally: Tally = { acknowledged: new Map(), unknown: 0, refused: 0 };
  readonly #findLeader: FindLeader;
  readonly #prefix: string;
  #isOn = true;
  readonly #writers: Promise<void>[];

  constructor(findLeader: FindLeader, writerCount: number, prefix = 'key') {
    this.#findLeader = findLeader;
    this.#prefix = prefix;
    this.#writers = Array.from({ length: writerCount }, (_, at) => this.#write(at));
  }

  async stop(): Promise<Tally> {
    this.#isOn = false;
    await Promise.all(this.#writers);
    return this.tally;
  }

  /** Resolves when `count` more writes have been acknowledged. */
  async acknowledged(count: number): Promise<void> {
    const goal = this.tally.acknowledged.size + count;
    while (this.tally.acknowledged.size < goal) await turn();
  }

  async #write(writer: number): Promise<void> {
    let sequence = 0;
    while (this.#isOn) {
      const port = await this.#findLeader();
      if (port === null) {
        await turn();
        continue;
      }
      const client = openClient(port);
      try {
        if (!(await isOpen(client))) continue;
        for (; this.#isOn; sequence += 1) {
          const key = `${this.#prefix}:${writer}:${sequence}`;
          await client.set(key, `value of ${key}`);
          this.tally.acknowledged.set(key, `value of ${key}`);
        }
      } catch (error) {
        sequence += 1;
        if (/not leader/.test(String(error))) this.tally.refused += 1;
        else this.tally.unknown += 1;
        await turn();
      } finally {
        client.disconnect();
      }
    }
  }
}

/** Returns false when the port is closed: then no write was sent, so none is uncertain. */
async function isOpen(client: Redis): Promise<boolean> {
  try {
    await client.connect();
    return true;
  } catch {
    await turn();
    return false;
  }
}

/** Resolves after 2 ms, so that other work can run before a condition is checked again. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}

const keysPerRead = 500;

/** Returns the keys of acknowledged writes that linearizable reads at a node do not find. */
export async function missingOn(port: number, tally: Tally): Promise<string[]> {
  const client = openClient(port);
  await client.connect();
  const missing: string[] = [];
  const keys = [...tally.acknowledged.keys()];
  for (let at = 0; at < keys.length; at += keysPerRead) {
    const some = keys.slice(at, at + keysPerRead);
    const values = await readAll(client, some);
    missing.push(...some.filter((key, i) => values[i] !== tally.acknowledged.get(key)));
  }
  client.disconnect();
  return missing;
}

/** Reads the keys, and repeats the read during an election, when none is served. */
async function readAll(client: Redis, keys: string[]): Promise<(string | null)[]> {
  for (;;) {
    try {
      return await client.mget(keys);
    } catch (error) {
      if (!/not leader/.test(String(error))) throw error;
      await turn();
    }
  }
}
