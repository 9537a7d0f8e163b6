/**
 * The notifications of one control connection: events, log lines and changes of the view. Requests
 * and their answers are in control-server.ts.
 */

import type { Socket } from 'node:net';
import type { MessageConnection, NotificationType } from 'vscode-jsonrpc/node';
import type { Telemetry } from '../control/index.js';
import type { Cluster } from './cluster.js';
import { methods } from './control-protocol.js';

/** The number of unread events, lines and changes at which a slow reader is disconnected. */
export const unreadMax = 10_000;

/** Changes are sent in batches, at this interval or when a batch is full. */
const batchIntervalMs = 50;
const batchMax = 256;

/** Holds at most one subscription of each kind; a new one replaces the old. */
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

  /** The first batch is sent after a delay, and so after the answer that holds the view itself. */
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

  /** Disconnects a client that does not read. Never throws: the client may disconnect meanwhile. */
  #send<T>({ method }: NotificationType<T>, params: T, count: number): void {
    this.#unread += count;
    if (this.#unread > unreadMax) this.#socket.destroy();
    if (this.#socket.destroyed) return;
    // The promise resolves when the socket has taken the message. The queue before it is unbounded.
    this.#connection.sendNotification(method, params).then(
      () => {
        this.#unread -= count;
      },
      () => this.#socket.destroy(),
    );
  }
}
