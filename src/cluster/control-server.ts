/**
 * The server side of the control socket: answers requests of other processes on this machine. Their
 * subscriptions are in control-feed.ts, and the paths in home.ts.
 */

import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import {
  createMessageConnection,
  type MessageConnection,
  SocketMessageReader,
  SocketMessageWriter,
} from 'vscode-jsonrpc/node';
import { LetoError } from '../base/index.js';
import type { Cluster } from './cluster.js';
import { deleteClusterData } from './cluster-folder.js';
import { ControlFeed } from './control-feed.js';
import { methods, toResponseError } from './control-protocol.js';
import {
  forgetCluster,
  makeClusterHome,
  readHomeRecord,
  socketPath,
  stoppedDataDirOf,
  writeHomeRecord,
} from './home.js';

/** The number of programs that may be connected to one cluster at once. */
const connectionsMax = 64;

/**
 * The control socket of a cluster. It is claimed before the cluster starts, so that no two clusters
 * of one name run. Early requests wait until the cluster is there.
 */
export class ControlServer {
  readonly #name: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #cluster: Promise<Cluster>;
  readonly #onDown: () => void;
  /** Where the stopped cluster of this name keeps its data. Null when there is none. */
  #stoppedDataDir: string | null = null;
  #resolveCluster: (cluster: Cluster) => void = () => {};

  private constructor(name: string, onDown: () => void) {
    this.#name = name;
    this.#onDown = onDown;
    this.#cluster = new Promise((resolve) => {
      this.#resolveCluster = resolve;
    });
    this.#server = createServer((socket) => this.#accept(socket));
    this.#server.maxConnections = connectionsMax;
  }

  /**
   * Claims the socket. `onDown` is called when a client asks to stop the cluster; that client waits
   * until `release` closes its connection.
   * @throws {LetoError} LETO_CLUSTER_RUNNING when a cluster of this name is running already,
   * LETO_DATA_UNWRITABLE, LETO_BAD_OPTION when the path is too long
   */
  static async claim(name: string, onDown: () => void): Promise<ControlServer> {
    const path = socketPath(name);
    await makeClusterHome(name);
    const server = new ControlServer(name, onDown);
    if (!(await server.#listen(path))) {
      if (await isListening(path)) throw alreadyRunning(name);
      await rm(path, { force: true });
      if (!(await server.#listen(path))) throw alreadyRunning(name);
    }
    await chmod(path, 0o600);
    await server.#recoverHome();
    return server;
  }

  /** Deletes the temporary data of an earlier cluster of this name that was killed. */
  async #recoverHome(): Promise<void> {
    const record = await readHomeRecord(this.#name);
    this.#stoppedDataDir = stoppedDataDirOf(record);
    if (record?.isTemporary) await deleteClusterData(record.dataDir);
  }

  /** Starts to answer requests. */
  async serve(cluster: Cluster): Promise<void> {
    const { dataDir, isTemporary } = cluster;
    const stoppedDataDir = isTemporary ? this.#stoppedDataDir : null;
    await writeHomeRecord(this.#name, { pid: process.pid, dataDir, isTemporary, stoppedDataDir });
    this.#resolveCluster(cluster);
  }

  /**
   * Closes all connections. `keepsData` keeps the record of where the cluster's data is. Otherwise
   * the stopped cluster that had the name before is known again.
   */
  async release(keepsData: boolean): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    if (!keepsData) await this.#restoreHome();
    for (const socket of this.#sockets) socket.end();
    await closed;
  }

  async #restoreHome(): Promise<void> {
    const dataDir = this.#stoppedDataDir;
    if (dataDir === null) await forgetCluster(this.#name);
    else await writeHomeRecord(this.#name, { pid: process.pid, dataDir, isTemporary: false });
  }

  /** Resolves to false when the path exists: its cluster is running, or was killed. */
  async #listen(path: string): Promise<boolean> {
    this.#server.listen(path);
    try {
      await once(this.#server, 'listening');
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
      const message = `can't make the control socket ${path} (${(error as NodeJS.ErrnoException).code}); set LETO_CLUSTER_HOME to another folder`;
      throw new LetoError('LETO_DATA_UNWRITABLE', message);
    }
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    const connection = createMessageConnection(
      new SocketMessageReader(socket),
      new SocketMessageWriter(socket),
    );
    this.#registerHandlers(connection, new ControlFeed(connection, socket));
    socket.once('close', () => {
      this.#sockets.delete(socket);
      connection.dispose();
    });
    connection.listen();
  }

  #registerHandlers(connection: MessageConnection, feed: ControlFeed): void {
    connection.onRequest(methods.status, () => this.#respond((cluster) => cluster.status()));
    connection.onRequest(methods.dispatch, (intent) =>
      this.#respond((cluster) => cluster.dispatch(intent)),
    );
    connection.onRequest(methods.waitForReady, (timeoutMs) =>
      this.#respond((cluster) => cluster.waitForReady(timeoutMs).then(() => cluster.status())),
    );
    connection.onRequest(methods.events, () =>
      this.#respond((cluster) => {
        feed.streamEvents(cluster);
        return cluster.view().events;
      }),
    );
    connection.onRequest(methods.ask, (question) =>
      this.#respond((cluster) => cluster.ask(question)),
    );
    connection.onRequest(methods.lines, (node) =>
      this.#respond((cluster) => {
        feed.streamLines(cluster, node);
        return cluster.ask({ type: 'lines', node });
      }),
    );
    connection.onRequest(methods.watch, () =>
      this.#respond((cluster) => {
        feed.streamChanges(cluster);
        return cluster.view();
      }),
    );
    connection.onRequest(methods.down, () =>
      this.#respond(() => {
        this.#onDown();
        return null;
      }),
    );
  }

  async #respond<T>(handle: (cluster: Cluster) => T | Promise<T>) {
    try {
      return await handle(await this.#cluster);
    } catch (error) {
      return toResponseError(error);
    }
  }
}

/** Resolves to true when a process listens on the socket. */
function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function alreadyRunning(name: string): LetoError {
  const down = name === 'default' ? 'leto-cluster down' : `leto-cluster --name ${name} down`;
  const message = `a cluster named ${name} is already running; choose another --name, or stop it with: ${down}`;
  return new LetoError('LETO_CLUSTER_RUNNING', message);
}
