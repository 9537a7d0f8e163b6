import type { MessagePort } from 'node:worker_threads';
import { ByteReader, ByteWriter } from '../codec/index.js';
import type { Message, NodeId } from '../raft/index.js';
import { groupByPeer, type Transport, type TransportHandlers } from './transport.js';
import { readMessages, takeFrame } from './wire.js';

/** From this size on, moving a frame's memory is cheaper than copying it. */
const transferBytesMin = 16 * 1024;

/**
 * Peers in the same process, one MessagePort to each. The supervisor makes the ports, and makes new
 * ones when a node starts again.
 */
export class PortTransport implements Transport {
  readonly #id: NodeId;
  readonly #handlers: TransportHandlers;
  readonly #ports = new Map<NodeId, MessagePort>();
  readonly #writer = new ByteWriter();

  constructor(id: NodeId, handlers: TransportHandlers) {
    this.#id = id;
    this.#handlers = handlers;
  }

  /** Takes the place of the port to the same peer's last life. */
  link(peer: NodeId, port: MessagePort): void {
    this.#ports.get(peer)?.close();
    this.#ports.set(peer, port);
    port.on('message', (frame: Uint8Array) => {
      const messages = readMessages(new ByteReader(frame), peer, this.#id);
      for (const message of messages) this.#handlers.onMessage(message);
    });
    port.on('close', () => {
      if (this.#ports.get(peer) !== port) return;
      this.#ports.delete(peer);
      this.#handlers.onPeerLost(peer);
    });
  }

  send(messages: readonly Message[]): void {
    for (const [peer, group] of groupByPeer(messages)) {
      const port = this.#ports.get(peer);
      if (!port) continue;
      const frame = takeFrame(this.#writer, group);
      const moves = frame.byteLength >= transferBytesMin;
      port.postMessage(frame, moves ? [frame.buffer] : []);
    }
  }

  async close(): Promise<void> {
    const ports = [...this.#ports.values()];
    this.#ports.clear();
    for (const port of ports) port.close();
  }
}
