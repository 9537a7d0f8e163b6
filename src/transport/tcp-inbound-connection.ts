/**
 * The accepting end of one TCP connection, from the handshake to the last message. The dialling
 * end is tcp-outbound-connection.ts.
 */

import type { Socket } from 'node:net';
import { LetoError } from '../base/index.js';
import type { NodeId } from '../raft/index.js';
import { encodeHelloAnswer, type HelloAnswer, Refusal } from './tcp-answers.js';
import { FrameDecoder, frameBytesMax, frameHeader } from './tcp-frames.js';
import { decodeHello, helloBytesMax, type ReceivedHello } from './tcp-hello.js';
import { FrameSeal, isSameDigest, makeNonce, makeProof, type Transcript } from './tcp-proof.js';

/** The time between pulses, without which the peer would not notice that a connection is dead. */
const pulseIntervalMs = 1000;

/** The node that accepts the connection. */
interface LocalIdentity {
  readonly id: NodeId;
  readonly clusterId: string;
  readonly secret: string | null;
}

interface InboundHandlers {
  /** Called when the peer has sent a valid hello and, with a secret, proved that it knows it. */
  onAdmitted(hello: ReceivedHello): void;
  /** Called for each frame of messages from the admitted peer. */
  onFrame(frame: Uint8Array, from: NodeId): void;
}

/**
 * Handles one connection. The peer sends its hello first. With a secret, this end answers with a
 * nonce, the peer sends its proof, and this end sends its own proof last, so that an unknown peer
 * gets no proof to try secrets on. After that, the peer sends messages.
 */
export class TcpInboundConnection {
  readonly #socket: Socket;
  readonly #local: LocalIdentity;
  readonly #handlers: InboundHandlers;
  readonly #decoder = new FrameDecoder(helloBytesMax);
  readonly #onData = (chunk: Buffer) => this.#decode(chunk);
  #handleFrame: (frame: Buffer) => void = (frame) => this.#handleHello(frame);

  constructor(socket: Socket, local: LocalIdentity, handlers: InboundHandlers) {
    this.#socket = socket;
    this.#local = local;
    this.#handlers = handlers;
    socket.on('error', () => {});
    socket.on('data', this.#onData);
  }

  #decode(chunk: Buffer): void {
    try {
      for (const frame of this.#decoder.decode(chunk)) this.#handleFrame(frame);
    } catch (error) {
      if (error instanceof Refusal) this.#refuse(error);
      else if (error instanceof LetoError && isPeerFault(error)) this.#socket.destroy();
      else throw error;
    }
  }

  #handleHello(frame: Buffer): void {
    const { clusterId, id, secret } = this.#local;
    const hello = decodeHello(frame, clusterId, id);
    if (secret === null) {
      if (hello.wantsProof) throw new Refusal('secretUnexpected', 'a node that requires a secret');
      this.#admit(hello, null);
      return;
    }
    if (!hello.wantsProof) throw new Refusal('secretMissing', 'a node without the secret');
    const transcript = { hello: Uint8Array.from(frame), nonce: makeNonce() };
    this.#sendAnswer({ type: 'nonce', bytes: transcript.nonce });
    this.#handleFrame = (proof) => this.#handleProof(proof, secret, hello, transcript);
  }

  #handleProof(proof: Buffer, secret: string, hello: ReceivedHello, transcript: Transcript): void {
    if (!isSameDigest(proof, makeProof(secret, 'caller', transcript))) {
      throw new Refusal('secretMismatch', 'a node with another secret');
    }
    this.#sendAnswer({ type: 'proof', bytes: makeProof(secret, 'called', transcript) });
    this.#admit(hello, new FrameSeal(secret, transcript));
  }

  #admit(hello: ReceivedHello, seal: FrameSeal | null): void {
    this.#decoder.payloadBytesMax = frameBytesMax;
    this.#handleFrame = (frame) => this.#handlers.onFrame(seal?.open(frame) ?? frame, hello.from);
    this.#sendAnswer({ type: 'pulse' });
    const pulse = setInterval(() => this.#pulse(), pulseIntervalMs);
    this.#socket.once('close', () => clearInterval(pulse));
    this.#handlers.onAdmitted(hello);
  }

  /** Pulses must not pile up for a peer that does not read. */
  #pulse(): void {
    if (this.#socket.writableLength === 0) this.#sendAnswer({ type: 'pulse' });
  }

  #sendAnswer(answer: HelloAnswer): void {
    const payload = encodeHelloAnswer(answer);
    this.#socket.write(Buffer.concat([frameHeader(payload), payload]));
  }

  /** Sends the reason and reads no more. If the peer stays, `PendingHandshakes` ends the socket. */
  #refuse({ reason }: Refusal): void {
    this.#socket.off('data', this.#onData);
    this.#socket.resume();
    this.#sendAnswer({ type: 'refusal', reason });
    this.#socket.end();
  }
}

function isPeerFault({ code }: LetoError): boolean {
  return code === 'LETO_DATA_DAMAGED' || code === 'LETO_DATA_FOREIGN';
}
