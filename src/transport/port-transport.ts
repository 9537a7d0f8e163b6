import type { MessagePort } from 'node:worker_threads';
import { ByteReader, ByteWriter } from '../codec/index.js';
import type { Message, NodeId } from '../raft/index.js';
import { groupByPeer, type Transport, type TransportHandlers } from './transport.js';
import { readMessages, takeFrames } from './wire.js';

/** From this size on, moving a frame's memory is cheaper than copying it. */
const transferBytesMin = 16 * 1024;
/** Bytes that wait for a peer that hangs; beyond, messages are lost, as on any network. */
const queueBytesMax = 128 * 1024 * 1024;
/** What a frame in a port's queue takes beyond its own bytes. */
const frameOverheadBytes = 256;
/** An end tells the other what it has heard once it is so much. */
const ackBytesMin = 1024 * 1024;

/** A port knows nothing of its queue, so each end counts, and tells the other what it has heard. */
interface Link {
  readonly port: MessagePort;
  /** Sent, and not yet told to be heard. */
  unackedBytes: number;
  /** Heard, and not yet told. */
  bytesToAck: number;
}

/** A frame, or how many bytes of frames have been heard. */
type PortMessage = Uint8Array | number;

/**
 * Peers in the same process, one MessagePort to each. The supervisor makes the ports, and makes new
 * ones when a node starts again.
 */
export class PortTransport implements Transport {
  readonly #id: NodeId;
  readonly #handlers: TransportHandlers;
  readonly #links = new Map<NodeId, Link>();
  readonly #writer = new ByteWriter();

  constructor(id: NodeId, handlers: TransportHandlers) {
    this.#id = id;
    this.#handlers = handlers;
  }

  /** Takes the place of the port to the same peer's last life. */
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
  const moves = frame.byteLength >= transferBytesMin;
  link.port.postMessage(frame, moves ? [frame.buffer] : []);
}

function costOf(frame: Uint8Array): number {
  return frame.byteLength + frameOverheadBytes;
}
