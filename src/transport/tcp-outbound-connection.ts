import type { Socket } from 'node:net';
import { LetoError, unreachable } from '../base/index.js';
import type { Address } from '../control/index.js';
import { type HelloAnswer, type RefusalReason, readHelloAnswer } from './tcp-answers.js';
import { FrameDecoder, frameHeader } from './tcp-frames.js';
import { encodeHello, type Hello, helloBytesMax } from './tcp-hello.js';
import { FrameSeal, isSameDigest, makeNonce, makeProof, type Transcript } from './tcp-proof.js';
import { dial, onceReady, type Protection } from './tls.js';

/** Bytes that wait for a slow peer; beyond, messages are lost, as on any network. */
const queueBytesMax = 64 * 1024 * 1024;
/** A peer that is not reached, or has not proved itself, by then is given up. */
const openMsMax = 5000;
/** One that has a pulse no more is given up after so long, or at most twice that. */
const silenceMsMax = 10_000;

interface OutboundHandlers {
  /** After it was open. */
  onLost(lastedMs: number): void;
  /** The last word; `reason` is why it is in vain to call, where that is known. */
  onClose(reason: string | null): void;
}

const refusals: Readonly<Record<RefusalReason, string>> = {
  version: 'it speaks another version of the protocol; run the same version everywhere',
  cluster: 'it is of another cluster',
  node: 'another node listens there',
  secretMissing: 'it wants a secret; give this node the -secret-file of the others',
  secretUnexpected: 'it has no secret; give it the -secret-file of this node',
  secretMismatch: 'its secret is another; give all nodes the same -secret-file',
};
const wrongProofReason = 'it does not know our secret: it may be an impostor';
const notRaftPortReason = 'what answers there is no Raft port';
const hungUpReason =
  'it hangs up; see that both have TLS, with certificates of one CA, or none has';

/** The calling end of one connection, from the dialling to the end. */
export class TcpOutboundConnection {
  readonly #socket: Socket;
  readonly #hello: Uint8Array;
  readonly #protection: Protection;
  readonly #handlers: OutboundHandlers;
  readonly #decoder = new FrameDecoder(helloBytesMax);
  /** What is to be said when it is open. */
  readonly #unsent: Uint8Array[] = [];
  #unsentBytes = 0;
  #openedAtMs: number | null = null;
  #transcript: Transcript | null = null;
  #seal: FrameSeal | null = null;
  /** Before it is open the deadline for that, then what looks for its pulse. */
  #timer: NodeJS.Timeout | null;
  /** Since the last look. */
  #hasPulse = false;
  #isReached = false;
  #isAnswered = false;
  #isGivenUp = false;
  #reason: string | null = null;

  constructor(hello: Hello, address: Address, protection: Protection, handlers: OutboundHandlers) {
    this.#protection = protection;
    this.#handlers = handlers;
    this.#hello = encodeHello(hello, protection.secret === null ? null : makeNonce());
    this.#socket = dial(address, protection.tls);
    this.#timer = setTimeout(() => this.#giveUp(null), openMsMax);
    this.#socket.once('connect', () => {
      this.#isReached = true;
    });
    onceReady(this.#socket, () => this.#sendHello());
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', (error) => this.#handleError(error));
    this.#socket.once('close', () => this.#handleClose());
  }

  get isConnecting(): boolean {
    return this.#socket.connecting;
  }

  /** Messages are lost: too much waits for a slow peer. */
  get isFull(): boolean {
    return this.#unsentBytes + this.#socket.writableLength > queueBytesMax;
  }

  send(payload: Uint8Array): void {
    if (this.#openedAtMs === null) {
      this.#unsent.push(payload);
      this.#unsentBytes += payload.length;
    } else {
      this.#write(this.#seal?.seal(payload) ?? payload);
    }
  }

  close(): void {
    this.#giveUp(null);
  }

  #sendHello(): void {
    this.#write(this.#hello);
    if (this.#protection.secret === null) this.#open();
  }

  #open(): void {
    this.#stopTimer();
    this.#openedAtMs = performance.now();
    for (const payload of this.#unsent.splice(0)) this.send(payload);
    this.#unsentBytes = 0;
    this.#timer = setInterval(() => this.#giveUpIfSilent(), silenceMsMax);
  }

  #write(payload: Uint8Array): void {
    this.#socket.cork();
    this.#socket.write(frameHeader(payload));
    this.#socket.write(payload);
    this.#socket.uncork();
  }

  #read(chunk: Buffer): void {
    this.#hasPulse = true;
    try {
      for (const frame of this.#decoder.decode(chunk)) {
        if (!this.#isGivenUp) this.#handleAnswer(readHelloAnswer(frame));
        this.#isAnswered = true;
      }
    } catch (error) {
      if (!(error instanceof LetoError)) throw error;
      this.#giveUp(notRaftPortReason);
    }
  }

  #handleAnswer(answer: HelloAnswer): void {
    switch (answer.type) {
      case 'refusal':
        this.#giveUp(refusals[answer.reason]);
        break;
      case 'nonce':
        this.#handleNonce(answer.bytes);
        break;
      case 'proof':
        this.#handleProof(answer.bytes);
        break;
      case 'pulse':
        break;
      default:
        unreachable(answer);
    }
  }

  #handleNonce(nonce: Uint8Array): void {
    const { secret } = this.#protection;
    if (secret === null || this.#transcript !== null) {
      this.#giveUp(notRaftPortReason);
      return;
    }
    this.#transcript = { hello: this.#hello, nonce };
    this.#write(makeProof(secret, 'caller', this.#transcript));
  }

  #handleProof(proof: Uint8Array): void {
    const { secret } = this.#protection;
    if (secret === null || this.#transcript === null || this.#seal !== null) {
      this.#giveUp(notRaftPortReason);
    } else if (isSameDigest(proof, makeProof(secret, 'called', this.#transcript))) {
      this.#seal = new FrameSeal(secret, this.#transcript);
      this.#open();
    } else {
      this.#giveUp(wrongProofReason);
    }
  }

  /** After a pause of our own, what has come meanwhile is read first. */
  #giveUpIfSilent(): void {
    const hadPulse = this.#hasPulse;
    this.#hasPulse = false;
    if (hadPulse) return;
    setImmediate(() => {
      if (!this.#hasPulse) this.#giveUp(null);
    });
  }

  #giveUp(reason: string | null): void {
    this.#isGivenUp = true;
    this.#stopTimer();
    this.#reason ??= reason;
    this.#socket.destroy();
  }

  #stopTimer(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #handleError(error: NodeJS.ErrnoException): void {
    if (this.#protection.tls && isTlsError(error)) {
      const { reason = error.message } = error as { readonly reason?: string };
      this.#reason ??= `TLS with it fails: ${reason}`;
    }
  }

  #handleClose(): void {
    this.#stopTimer();
    if (this.#openedAtMs !== null) this.#handlers.onLost(performance.now() - this.#openedAtMs);
    this.#handlers.onClose(this.#reason ?? this.#hangUpReason());
  }

  /** Why somebody who has not understood us hangs up. */
  #hangUpReason(): string | null {
    return this.#isReached && !this.#isAnswered && !this.#isGivenUp ? hungUpReason : null;
  }
}

/** What the network does has a system call, and breaks off without a word of TLS. */
function isTlsError({ code, syscall }: NodeJS.ErrnoException): boolean {
  return code === 'EPROTO' || (syscall === undefined && code !== 'ECONNRESET');
}
