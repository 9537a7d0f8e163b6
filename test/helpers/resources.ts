/**
 * Binds what a test opens to the end of that test, so that a test that fails lets go of everything and
 * its file ends at once. test/style/resources.test.ts finds what is opened without it.
 */

import { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { MessageChannel, Worker } from 'node:worker_threads';

/** Accepts functions to run at the end, as a test context does. */
export interface Ending {
  after(end: () => Promise<unknown>): void;
}

const endings = new WeakMap<Ending, (() => unknown)[]>();

/** Cleans up after the test, in reverse order of the calls; `t.after` does not reverse it. */
export function atEnd(t: Ending, end: () => unknown): void {
  const known = endings.get(t);
  if (known) {
    known.unshift(end);
    return;
  }
  const ends = [end];
  endings.set(t, ends);
  t.after(async () => {
    for (let each = ends.shift(); each; each = ends.shift()) await each();
  });
}

type Resource =
  | Server
  | Socket
  | ChildProcess
  | Worker
  | MessageChannel
  | { disconnect(): unknown }
  | { close(): unknown };

/**
 * Closes `resource` when the test ends, however it ends, and returns it. A promise that rejects has
 * nothing to close.
 *
 * @example const server = endWithTest(t, createServer());
 */
export function endWithTest<R extends Resource | PromiseLike<Resource>>(t: Ending, resource: R): R {
  if ('then' in resource) {
    atEnd(t, () => resource.then(close, () => {}));
    return resource;
  }
  const sockets = new Set<Socket>();
  if (isServer(resource)) {
    resource.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
  }
  atEnd(t, async () => {
    for (const socket of sockets) socket.destroy();
    await close(resource);
  });
  return resource;
}

/** An end that its owner decides: for programs that are not tests. */
export class Endings implements Ending {
  readonly #ends: (() => Promise<unknown>)[] = [];

  after(end: () => Promise<unknown>): void {
    this.#ends.push(end);
  }

  async run(): Promise<void> {
    for (let end = this.#ends.shift(); end; end = this.#ends.shift()) await end();
  }
}

/**
 * The end of the whole test file, for what all its tests share. It must be called at the top level of
 * the file: a hook has an end of its own.
 */
export function fileEnding(): Ending {
  const endings = new Endings();
  after(() => endings.run());
  return endings;
}

/** Creates a folder that is removed when the test ends. */
export function temporaryFolder(t: Ending, name = 'test'): string {
  const folder = mkdtempSync(join(tmpdir(), `leto-${name}-`));
  atEnd(t, () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function close(resource: Resource): Promise<void> {
  if (isServer(resource)) {
    if (resource.listening) resource.close();
  } else if (resource instanceof ChildProcess) {
    const hasEnded = resource.exitCode !== null || resource.signalCode !== null;
    if (!hasEnded && resource.kill('SIGKILL')) await once(resource, 'exit');
  } else if ('destroy' in resource) {
    resource.destroy();
  } else if ('terminate' in resource) {
    await resource.terminate();
  } else if ('port1' in resource) {
    resource.port1.close();
    resource.port2.close();
  } else if ('disconnect' in resource) {
    resource.disconnect();
  } else {
    await resource.close();
  }
}

function isServer(resource: Resource): resource is Server {
  return 'listen' in resource;
}
