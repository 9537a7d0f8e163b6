/**
 * The client side of the control socket, by which another process watches and controls a running
 * cluster. control-server.ts is the other side.
 */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  createMessageConnection,
  type MessageConnection,
  SocketMessageReader,
  SocketMessageWriter,
} from 'vscode-jsonrpc/node';
import { LetoError } from '../base/index.js';
import type {
  AnswerTo,
  ClusterEvent,
  Intent,
  LinesAnswer,
  Question,
  Status,
  Telemetry,
} from '../control/index.js';
import { fromResponseError, methods } from './control-protocol.js';
import { socketPath } from './home.js';
import { RemoteView } from './remote-view.js';

/** A connection to a running cluster. Any request may fail with LETO_CLUSTER_GONE. */
export class ControlClient {
  readonly #socket: Socket;
  readonly #connection: MessageConnection;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#connection = createMessageConnection(
      new SocketMessageReader(socket),
      new SocketMessageWriter(socket),
    );
    socket.on('error', () => {});
    // Disposing rejects the requests that have no answer yet.
    this.#connection.onClose(() => this.#connection.dispose());
    this.#connection.listen();
  }

  /** @throws {LetoError} LETO_NO_SUCH_CLUSTER when no cluster of this name is running */
  static async connect(name: string): Promise<ControlClient> {
    const socket = connect(socketPath(name));
    try {
      await once(socket, 'connect');
    } catch {
      const message = `no cluster named ${name} is running; start it with: leto-cluster up`;
      throw new LetoError('LETO_NO_SUCH_CLUSTER', message);
    }
    return new ControlClient(socket);
  }

  status(): Promise<Status> {
    return this.#request(() => this.#connection.sendRequest(methods.status));
  }

  /** @throws {LetoError} as `Cluster.dispatch` does */
  dispatch(intent: Intent): Promise<readonly string[]> {
    return this.#request(() => this.#connection.sendRequest(methods.dispatch, intent));
  }

  /** @throws {LetoError} LETO_TIMED_OUT */
  waitForReady(timeoutMs: number): Promise<Status> {
    return this.#request(() => this.#connection.sendRequest(methods.waitForReady, timeoutMs));
  }

  /** Resolves with the events so far. Later ones go to `listener`, until the connection closes. */
  events(listener: (event: ClusterEvent) => void): Promise<readonly ClusterEvent[]> {
    this.#connection.onNotification(methods.event, listener);
    return this.#request(() => this.#connection.sendRequest(methods.events));
  }

  /**
   * Asks one node a question.
   * @throws {LetoError} as `Cluster.ask` does
   */
  ask<Q extends Question>(question: Q): Promise<AnswerTo<Q>> {
    return this.#request(
      () => this.#connection.sendRequest(methods.ask, question) as Promise<AnswerTo<Q>>,
    );
  }

  /**
   * Resolves with the log lines of a node so far. Later ones go to `listener`, until the connection
   * closes.
   * @throws {LetoError} LETO_NO_SUCH_NODE
   */
  async lines(node: string, listener: (lines: readonly string[]) => void): Promise<LinesAnswer> {
    this.#connection.onNotification(methods.newLines, listener);
    return this.#request(() => this.#connection.sendRequest(methods.lines, node));
  }

  /** Resolves with a copy of the cluster's view that is kept up to date. */
  async watch(): Promise<RemoteView> {
    // Changes may arrive before the view that they apply to.
    const early: Telemetry[] = [];
    let handleChanges = (changes: readonly Telemetry[]) => {
      early.push(...changes);
    };
    this.#connection.onNotification(methods.changed, (changes) => handleChanges(changes));
    const view = new RemoteView(
      await this.#request(() => this.#connection.sendRequest(methods.watch)),
    );
    view.apply(early);
    handleChanges = (changes) => view.apply(changes);
    return view;
  }

  /** Resolves when the connection has closed. */
  async untilClosed(): Promise<void> {
    if (!this.#socket.closed) await once(this.#socket, 'close');
  }

  /** Stops the cluster gracefully; resolves when it has stopped and closed the connection. */
  async down(): Promise<void> {
    await this.#request(() => this.#connection.sendRequest(methods.down)).catch(ignoreClusterGone);
    await this.untilClosed();
  }

  close(): void {
    this.#connection.dispose();
    this.#socket.destroy();
  }

  async #request<T>(send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw fromResponseError(error);
    }
  }
}

/** The cluster may close the connection before it answers `down`; that is a success too. */
function ignoreClusterGone(error: LetoError): void {
  if (error.code !== 'LETO_CLUSTER_GONE') throw error;
}
