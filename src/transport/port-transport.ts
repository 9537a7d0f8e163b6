/**
 * The transport between nodes in the same process: one MessagePort to each peer. The supervisor
 * creates the ports, and new ones whenever a node restarts. For separate processes see
 * tcp-transport.ts.
 */

import type { MessagePort } from 'node:worker_threads';
import { ByteReader, ByteWriter } from '../codec/index.js';
import type { Message, NodeId } from '../raft/index.js';
import { groupByPeer, type Transport, type TransportHandlers } from './transport.js';
import { readMessages, takeFrames } from './wire.js';

/** Frames of at least this size are transferred to the peer, which is cheaper than a copy. */
const transferBytesMin = 16 * 1024;
/** The largest queue for a peer that hangs; messages beyond it are lost, as on any network. */
const queueBytesMax = 128 * 1024 * 1024;
/** The memory that a frame in a port's queue takes in addition to its bytes. */
const frameOverheadBytes = 256;
/** An end acknowledges received frames once they add up to this size. */
const ackBytesMin = 1024 * 1024;

/**
 * A link to one peer. A port does not tell the length of its queue, so each end counts the bytes
 * that it sends, and acknowledges those that it receives.
 */
interface Link {
  readonly port: MessagePort;
  /** The size of the frames sent and not yet acknowledged. */
  unackedBytes: number;
  /** The size of the frames received and not yet acknowledged. */
  bytesToAck: number;
}

/** A frame, or an acknowledgement with the number of bytes received. */
type PortMessage = Uint8Array | number;

export class PortTransport implements Transport {
  readonly #id: NodeId;
  readonly #handlers: TransportHandlers;
  readonly #links = new Map<NodeId, Link>();
  readonly #writer = new ByteWriter();

  constructor(id: NodeId, handlers: TransportHandlers) {
    this.#id = id;
    this.#handlers = handlers;
  }

  /** Links a peer by a port, which replaces the port to the peer's last life. */
  link(peer: NodeId, port: MessagePort): void {
    this.#links.get(peer)?.port.close();
    const link: Link = { port, unackedBytes: 0, bytesToAck: 0 };
    this.#links.set(peer, link);
    port.on('message', (message: PortMessage) => {
      if (typeof message === 'number') link.unackedBytes -= message;
      else this.#receiveFrame(peer, link, message);
    });
    port.on('close', () => {
      if (this.#links.get(peer) !== link) return;
      this.#links.delete(peer);
      this.#handlers.onPeerLost(peer);
    });
  }

  send(messages: readonly Message[]): void {
    for (const [peer, group] of groupByPeer(messages)) {
      const link = this.#links.get(peer);
      if (!link || link.unackedBytes > queueBytesMax) continue;
      for (const frame of takeFrames(this.#writer, group)) sendFrame(link, frame);
    }
  }

  async close(): Promise<void> {
    const links = [...this.#links.values()];
    this.#links.clear();
    for (const { port } of links) port.close();
  }

  #receiveFrame(peer: NodeId, link: Link, frame: Uint8Array): void {
    link.bytesToAck += costOf(frame);
    if (link.bytesToAck >= ackBytesMin) {
      link.port.postMessage(link.bytesToAck);
      link.bytesToAck = 0;
    }
    for (const message of readMessages(new ByteReader(frame), peer, this.#id)) {
      this.#handlers.onMessage(message);
    }
  }
}

function sendFrame(link: Link, frame: Uint8Array<ArrayBuffer>): void {
  link.unackedBytes += costOf(frame);
  const isTransferred = frame.byteLength >= transferBytesMin;
  link.port.postMessage(frame, isTransferred ? [frame.buffer] : []);
}

function costOf(frame: Uint8Array): number {
  return frame.byteLength + frameOverheadBytes;
}
