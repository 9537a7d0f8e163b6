/**
 * Ports for tests. A port that a test uses is either held by the test, or taken from a range that no
 * other test process draws from; a neighbour of a port that the system gave belongs to somebody else.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { TestContext } from 'node:test';

/** Below the ports that the system gives to clients and to servers that take any port. */
const lowestPort = 20_000;
const rangeCount = 120;
/** The first port of a range is its lock. */
const portsInRange = 100;

/** The range of this process, and the next port in it that was not given yet. */
interface PortRange {
  readonly first: number;
  next: number;
}

let range: Promise<PortRange> | null = null;

/**
 * Returns the first of `count` consecutive ports that are free now and that no other test process
 * will take. Each port is given once in a process.
 */
export async function reservePorts(count: number): Promise<number> {
  range ??= lockRange();
  const { first } = await range;
  const own = await range;
  while (own.next + count <= first + portsInRange) {
    const start = own.next;
    own.next += count;
    if (await areFree(start, count)) return start;
  }
  // All are given: begin again, as those of the tests before are closed by now.
  own.next = first + 1;
  return reservePorts(count);
}

/** Holds `port` for the rest of the test, as another program would; zero: any port. */
export async function holdPort(t: TestContext, port = 0): Promise<number> {
  const server = await tryListen(port);
  if (!server) throw new Error(`port ${port} is in use`);
  t.after(() => server.close());
  return portOf(server);
}

/** A listening socket on the first port of a range locks it for the life of this process. */
async function lockRange(): Promise<PortRange> {
  for (let at = 0; at < rangeCount; at += 1) {
    const first = lowestPort + ((process.pid + at) % rangeCount) * portsInRange;
    const lock = await tryListen(first);
    if (!lock) continue;
    lock.unref();
    return { first, next: first + 1 };
  }
  throw new Error('every range of test ports is taken');
}

async function areFree(first: number, count: number): Promise<boolean> {
  for (let at = 0; at < count; at += 1) {
    const server = await tryListen(first + at);
    if (!server) return false;
    server.close();
    await once(server, 'close');
  }
  return true;
}

async function tryListen(port: number): Promise<Server | null> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return server;
  } catch {
    return null;
  }
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
