/**
 * The dialling end of one TCP connection, from the dialling to the close. tcp-link.ts decides when
 * to dial again; the accepting end is tcp-inbound-connection.ts.
 */

import type { Socket } from 'node:net';
import { LetoError, unreachable } from '../base/index.js';
import type { Address } from '../control/index.js';
import { type HelloAnswer, type RefusalReason, readHelloAnswer } from './tcp-answers.js';
import { FrameDecoder, frameHeader } from './tcp-frames.js';
import { encodeHello, type Hello, helloBytesMax } from './tcp-hello.js';
import { FrameSeal, isSameDigest, makeNonce, makeProof, type Transcript } from './tcp-proof.js';
import { dial, onceReady, type Protection } from './tls.js';

/** The largest queue for a slow peer; messages beyond it are lost, as on any network. */
const queueBytesMax = 64 * 1024 * 1024;
/** How long a connection may take to open, proofs included, before it is given up. */
const openMsMax = 5000;
/** How long a peer may send no pulse before it is given up; detection takes up to twice as long. */
const silenceMsMax = 10_000;

interface OutboundHandlers {
  /** Called when an open connection has ended, with the time that it was open. */
  onLost(lastedMs: number): void;
  /** Called last. `reason` says why the peer cannot be reached; null when that is not known. */
  onClose(reason: string | null): void;
}

const refusals: Readonly<Record<RefusalReason, string>> = {
  version: 'it speaks another protocol version; run the same program version on all nodes',
  cluster: 'it belongs to another cluster',
  node: 'another node listens at its address',
  secretMissing: 'it requires a secret; give this node the same -secret-file as the others',
  secretUnexpected: 'it has no secret; give it the same -secret-file as this node',
  secretMismatch: 'its secret differs; give all nodes the same -secret-file',
};
const wrongProofReason = 'it does not know the secret; it may be an impostor';
const notRaftPortReason = 'the port at its address is not a Raft port';
const hungUpReason =
  'it closes the connection; check that both nodes use TLS with certificates of the same CA, ' +
  'or that neither uses TLS';

/** Dials one peer, makes the handshake, sends messages, and watches the pulse of the peer. */
export class TcpOutboundConnection {
  readonly #socket: Socket;
  readonly #hello: Uint8Array;
  readonly #protection: Protection;
  readonly #handlers: OutboundHandlers;
  readonly #decoder = new FrameDecoder(helloBytesMax);
  /** The payloads to send when the connection is open. */
  readonly #unsent: Uint8Array[] = [];
  #unsentBytes = 0;
  #openedAtMs: number | null = null;
  #transcript: Transcript | null = null;
  #seal: FrameSeal | null = null;
  /** The deadline for opening; once open, the interval that checks the pulse. */
  #timer: NodeJS.Timeout | null;
  /** True when the peer has sent anything since the last check. */
  #hasPulse = false;
  #hasConnected = false;
  #hasAnswered = false;
  #isGivenUp = false;
  #reason: string | null = null;

  constructor(hello: Hello, address: Address, protection: Protection, handlers: OutboundHandlers) {
    this.#protection = protection;
    this.#handlers = handlers;
    this.#hello = encodeHello(hello, protection.secret === null ? null : makeNonce());
    this.#socket = dial(address, protection.tls);
    this.#timer = setTimeout(() => this.#giveUp(null), openMsMax);
    this.#socket.once('connect', () => {
      this.#hasConnected = true;
    });
    onceReady(this.#socket, () => this.#sendHello());
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', (error) => this.#handleError(error));
    this.#socket.once('close', () => this.#handleClose());
  }

  get isConnecting(): boolean {
    return this.#socket.connecting;
  }

  /** True from the handshake on, until the connection ends. */
  get isOpen(): boolean {
    return this.#openedAtMs !== null && !this.#isGivenUp;
  }

  /** True while too much waits for a slow peer; messages must be dropped then. */
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
        this.#hasAnswered = true;
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

  /** Waits for one turn of the event loop, so that a resumed node reads pending pulses first. */
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
      this.#reason ??= `the TLS handshake failed: ${reason}`;
    }
  }

  #handleClose(): void {
    this.#stopTimer();
    if (this.#openedAtMs !== null) this.#handlers.onLost(performance.now() - this.#openedAtMs);
    this.#handlers.onClose(this.#reason ?? this.#hangUpReason());
  }

  /** A peer that connects but closes without any answer has probably not understood the hello. */
  #hangUpReason(): string | null {
    return this.#hasConnected && !this.#hasAnswered && !this.#isGivenUp ? hungUpReason : null;
  }
}

/** A network error names a system call, or is Node's ECONNRESET for an interrupted handshake. */
function isTlsError({ code, syscall }: NodeJS.ErrnoException): boolean {
  return code === 'EPROTO' || (syscall === undefined && code !== 'ECONNRESET');
}
