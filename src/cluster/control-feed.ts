import type { Socket } from 'node:net';
import type { MessageConnection, NotificationType } from 'vscode-jsonrpc/node';
import type { Telemetry } from '../control/index.js';
import type { Cluster } from './cluster.js';
import { methods } from './control-protocol.js';

/** Events, lines and changes that wait for one who does not read them. */
export const unreadMax = 10_000;

/** Changes go out together, so often at most, or when there are so many. */
const batchIntervalMs = 50;
const batchMax = 256;

/** What one at the other end of the control socket is told unasked, of each kind once at most. */
export class ControlFeed {
  readonly #connection: MessageConnection;
  readonly #socket: Socket;
  readonly #unsubscribes = new Map<string, () => void>();
  #unread = 0;

  constructor(connection: MessageConnection, socket: Socket) {
    this.#connection = connection;
    this.#socket = socket;
    socket.once('close', () => {
      for (const stop of this.#unsubscribes.values()) stop();
    });
  }

  streamEvents(cluster: Cluster): void {
    this.#subscribe(
      'events',
      cluster.onEvent((event) => this.#send(methods.event, event, 1)),
    );
  }

  /** @throws {LetoError} LETO_NO_SUCH_NODE */
  streamLines(cluster: Cluster, node: string): void {
    this.#subscribe(
      'lines',
      cluster.onLines(node, (lines) => this.#send(methods.newLines, lines, lines.length)),
    );
  }

  /** The first goes out after the answer to who asked for it: a batch takes its time. */
  streamChanges(cluster: Cluster): void {
    let batch: Telemetry[] = [];
    let timer: NodeJS.Timeout | null = null;
    const flush = () => {
      if (timer) clearTimeout(timer);
      timer = null;
      if (batch.length > 0) this.#send(methods.changed, batch, batch.length);
      batch = [];
    };
    const stop = cluster.watch((telemetry) => {
      timer ??= setTimeout(flush, batchIntervalMs);
      if (batch.push(telemetry) >= batchMax) flush();
    });
    this.#subscribe('changes', () => {
      stop();
      if (timer) clearTimeout(timer);
    });
  }

  #subscribe(kind: string, stop: () => void): void {
    this.#unsubscribes.get(kind)?.();
    this.#unsubscribes.set(kind, stop);
    if (this.#socket.destroyed) stop();
  }

  /** One who does not read is cut off; one who goes while it is told must not take us along. */
  #send<T>({ method }: NotificationType<T>, params: T, count: number): void {
    this.#unread += count;
    if (this.#unread > unreadMax) this.#socket.destroy();
    if (this.#socket.destroyed) return;
    // It resolves when the socket has taken it: until then it waits in a queue without a limit.
    this.#connection.sendNotification(method, params).then(
      () => {
        this.#unread -= count;
      },
      () => this.#socket.destroy(),
    );
  }
}
