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

/** A running cluster, seen from another process. Every call throws LetoError. */
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
    // What is asked and not answered fails with the connection.
    this.#connection.onClose(() => this.#connection.dispose());
    this.#connection.listen();
  }

  /** @throws {LetoError} LETO_NO_SUCH_CLUSTER */
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

  async dispatch(intent: Intent): Promise<void> {
    await this.#request(() => this.#connection.sendRequest(methods.dispatch, intent));
  }

  /** @throws {LetoError} LETO_TIMED_OUT */
  waitForReady(timeoutMs: number): Promise<Status> {
    return this.#request(() => this.#connection.sendRequest(methods.waitForReady, timeoutMs));
  }

  /** The events so far; each one after them goes to `listener`, until the cluster hangs up. */
  events(listener: (event: ClusterEvent) => void): Promise<readonly ClusterEvent[]> {
    this.#connection.onNotification(methods.event, listener);
    return this.#request(() => this.#connection.sendRequest(methods.events));
  }

  /**
   * What one node alone knows.
   * @throws {LetoError} as `Cluster.ask` does
   */
  ask<Q extends Question>(question: Q): Promise<AnswerTo<Q>> {
    return this.#request(
      () => this.#connection.sendRequest(methods.ask, question) as Promise<AnswerTo<Q>>,
    );
  }

  /** A node's log lines so far; those after them go to `listener`, until the cluster hangs up. */
  async lines(node: string, listener: (lines: readonly string[]) => void): Promise<LinesAnswer> {
    this.#connection.onNotification(methods.newLines, listener);
    return this.#request(() => this.#connection.sendRequest(methods.lines, node));
  }

  /** The cluster's view, which goes on changing here as it does there. */
  async watch(): Promise<RemoteView> {
    const early: Telemetry[] = [];
    let take = (changes: readonly Telemetry[]) => {
      early.push(...changes);
    };
    this.#connection.onNotification(methods.changed, (changes) => take(changes));
    const view = new RemoteView(
      await this.#request(() => this.#connection.sendRequest(methods.watch)),
    );
    view.take(early);
    take = (changes) => view.take(changes);
    return view;
  }

  /** Resolves when the cluster's process has hung up. */
  async untilClosed(): Promise<void> {
    if (!this.#socket.closed) await once(this.#socket, 'close');
  }

  /** Resolves when the cluster has stopped and its process has hung up. */
  async down(): Promise<void> {
    await this.#request(() => this.#connection.sendRequest(methods.down)).catch(ignoreClusterGone);
    await this.untilClosed();
  }

  close(): void {
    this.#connection.dispose();
    this.#socket.destroy();
  }

  async #request<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      throw fromResponseError(error);
    }
  }
}

/** Who wants the cluster to be gone does not mind that it went before it could answer. */
function ignoreClusterGone(error: LetoError): void {
  if (error.code !== 'LETO_CLUSTER_GONE') throw error;
}
