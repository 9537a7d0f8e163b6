import type { Socket } from 'node:net';
import { LetoError } from '../base/index.js';
import type { NodeId } from '../raft/index.js';
import { type Answer, encodeAnswer, Refusal } from './tcp-answers.js';
import { FrameDecoder, frameBytesMax, frameHeader } from './tcp-frames.js';
import { checkHello, type HeardHello, helloBytesMax } from './tcp-hello.js';
import { isProof, makeNonce, prove, Seal, type Transcript } from './tcp-proof.js';

/** A caller is told so often that we are there: it can't see that a silent connection is dead. */
const pulseIntervalMs = 1000;

/** Who is called. */
interface Called {
  readonly id: NodeId;
  readonly clusterId: string;
  readonly secret: string | null;
}

interface CallerHandlers {
  /** It has said who it is, and where there is a secret it has proved that it knows that. */
  onAdmitted(hello: HeardHello): void;
  /** Messages of the one who was admitted. */
  onFrame(frame: Uint8Array, from: NodeId): void;
}

/**
 * The called end of a connection: a hello; where there is a secret our nonce, the caller's proof
 * and then ours, so that no stranger gets one to try secrets on; then messages.
 */
export class TcpCaller {
  readonly #socket: Socket;
  readonly #called: Called;
  readonly #handlers: CallerHandlers;
  readonly #decoder = new FrameDecoder(helloBytesMax);
  readonly #read = (chunk: Buffer) => this.#decode(chunk);
  #hear: (frame: Buffer) => void = (frame) => this.#hearHello(frame);

  constructor(socket: Socket, called: Called, handlers: CallerHandlers) {
    this.#socket = socket;
    this.#called = called;
    this.#handlers = handlers;
    socket.on('error', () => {});
    socket.on('data', this.#read);
  }

  #decode(chunk: Buffer): void {
    try {
      for (const frame of this.#decoder.decode(chunk)) this.#hear(frame);
    } catch (error) {
      if (error instanceof Refusal) this.#refuse(error);
      else if (error instanceof LetoError && isFaultOfCaller(error)) this.#socket.destroy();
      else throw error;
    }
  }

  #hearHello(frame: Buffer): void {
    const { clusterId, id, secret } = this.#called;
    const hello = checkHello(frame, clusterId, id);
    if (secret === null) {
      if (hello.wantsProof) throw new Refusal('secretUnwanted', 'a node that wants a secret');
      this.#admit(hello, null);
      return;
    }
    if (!hello.wantsProof) throw new Refusal('secretWanted', 'a node without the secret');
    const transcript = { hello: Uint8Array.from(frame), nonce: makeNonce() };
    this.#say({ type: 'nonce', bytes: transcript.nonce });
    this.#hear = (proof) => this.#hearProof(proof, secret, hello, transcript);
  }

  #hearProof(proof: Buffer, secret: string, hello: HeardHello, transcript: Transcript): void {
    if (!isProof(proof, prove(secret, 'caller', transcript))) {
      throw new Refusal('secretDiffers', 'a node with another secret');
    }
    this.#say({ type: 'proof', bytes: prove(secret, 'called', transcript) });
    this.#admit(hello, new Seal(secret, transcript));
  }

  #admit(hello: HeardHello, seal: Seal | null): void {
    this.#decoder.payloadBytesMax = frameBytesMax;
    this.#hear = (frame) => this.#handlers.onFrame(seal?.open(frame) ?? frame, hello.from);
    this.#say({ type: 'pulse' });
    const pulse = setInterval(() => this.#pulse(), pulseIntervalMs);
    this.#socket.once('close', () => clearInterval(pulse));
    this.#handlers.onAdmitted(hello);
  }

  /** A caller that reads nothing is not written to. */
  #pulse(): void {
    if (this.#socket.writableLength === 0) this.#say({ type: 'pulse' });
  }

  #say(answer: Answer): void {
    const payload = encodeAnswer(answer);
    this.#socket.write(Buffer.concat([frameHeader(payload), payload]));
  }

  /** Nothing more is heard; a caller that stays all the same is cut off as a stranger. */
  #refuse({ reason }: Refusal): void {
    this.#socket.off('data', this.#read);
    this.#socket.resume();
    this.#say({ type: 'refusal', reason });
    this.#socket.end();
  }
}

function isFaultOfCaller({ code }: LetoError): boolean {
  return code === 'LETO_DATA_DAMAGED' || code === 'LETO_DATA_FOREIGN';
}
