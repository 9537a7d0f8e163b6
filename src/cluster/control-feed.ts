import type { Socket } from 'node:net';
import type { MessageConnection, NotificationType } from 'vscode-jsonrpc/node';
import type { Telemetry } from '../control/index.js';
import type { Cluster } from './cluster.js';
import { methods } from './control-protocol.js';

/** What waits for one who does not read it. */
const unreadBytesMax = 1024 * 1024;

/** Changes go out together, so often at most, or when there are so many. */
const batchIntervalMs = 50;
const batchMax = 256;

/** What one at the other end of the control socket is told unasked, of each kind once at most. */
export class ControlFeed {
  readonly #connection: MessageConnection;
  readonly #socket: Socket;
  readonly #stops = new Map<string, () => void>();

  constructor(connection: MessageConnection, socket: Socket) {
    this.#connection = connection;
    this.#socket = socket;
    socket.once('close', () => {
      for (const stop of this.#stops.values()) stop();
    });
  }

  events(cluster: Cluster): void {
    this.#begin(
      'events',
      cluster.onEvent((event) => this.#send(methods.event, event)),
    );
  }

  /** @throws {LetoError} LETO_NO_SUCH_NODE */
  lines(cluster: Cluster, node: string): void {
    this.#begin(
      'lines',
      cluster.onLines(node, (lines) => this.#send(methods.newLines, lines)),
    );
  }

  /** The first goes out after the answer to who asked for it: a batch takes its time. */
  changes(cluster: Cluster): void {
    let batch: Telemetry[] = [];
    let timer: NodeJS.Timeout | null = null;
    const flush = () => {
      if (timer) clearTimeout(timer);
      timer = null;
      if (batch.length > 0) this.#send(methods.changed, batch);
      batch = [];
    };
    const stop = cluster.watch((telemetry) => {
      timer ??= setTimeout(flush, batchIntervalMs);
      if (batch.push(telemetry) >= batchMax) flush();
    });
    this.#begin('changes', () => {
      stop();
      if (timer) clearTimeout(timer);
    });
  }

  #begin(kind: string, stop: () => void): void {
    this.#stops.get(kind)?.();
    this.#stops.set(kind, stop);
    if (this.#socket.destroyed) stop();
  }

  /** One who does not read is cut off; one who goes while it is told must not take us along. */
  #send<T>({ method }: NotificationType<T>, told: T): void {
    if (this.#socket.writableLength > unreadBytesMax) this.#socket.destroy();
    else this.#connection.sendNotification(method, told).catch(() => this.#socket.destroy());
  }
}
