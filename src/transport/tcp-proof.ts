import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { LetoError } from '../base/index.js';

export const nonceBytes = 32;
export const proofBytes = 32;
/** Of a frame's seal: HMAC-SHA-256, cut to half. */
const sealBytes = 16;

/** What both ends have heard of a handshake. All nonces are fresh. */
export interface Transcript {
  /** The frame, with the cluster, both nodes, and the caller's nonce. */
  readonly hello: Uint8Array;
  /** Of the one who is called. */
  readonly nonce: Uint8Array;
}

/** Who proves, or what the key is for: what stands for one never stands for another. */
type Purpose = 'caller' | 'called' | 'messages';

export function makeNonce(): Buffer {
  return randomBytes(nonceBytes);
}

/** That whoever says this knows the secret, and means this handshake. */
export function makeProof(secret: string, purpose: Purpose, { hello, nonce }: Transcript): Buffer {
  // The nonce has one length, so nothing of the hello can be taken for it.
  const hmac = createHmac('sha256', secret).update(`leto-raft ${purpose}\n`);
  return hmac.update(nonce).update(hello).digest();
}

export function isSameDigest(given: Uint8Array, expected: Uint8Array): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/**
 * Binds the frames of one direction of a connection to its handshake and to their place: what is
 * altered, left out, repeated or slipped in has no valid seal.
 */
export class FrameSeal {
  readonly #key: Buffer;
  #frameCount = 0n;

  constructor(secret: string, transcript: Transcript) {
    this.#key = makeProof(secret, 'messages', transcript);
  }

  /** The payload with its seal behind it. */
  seal(payload: Uint8Array): Buffer {
    return Buffer.concat([payload, this.#next(payload)]);
  }

  /** @throws {LetoError} LETO_DATA_DAMAGED */
  open(sealed: Buffer): Buffer {
    const payloadBytes = Math.max(0, sealed.length - sealBytes);
    const payload = sealed.subarray(0, payloadBytes);
    if (isSameDigest(sealed.subarray(payloadBytes), this.#next(payload))) return payload;
    throw new LetoError('LETO_DATA_DAMAGED', 'a frame from a peer has a wrong seal');
  }

  #next(payload: Uint8Array): Buffer {
    const place = Buffer.allocUnsafe(8);
    place.writeBigUInt64LE(this.#frameCount);
    this.#frameCount += 1n;
    const hmac = createHmac('sha256', this.#key).update(place).update(payload);
    return hmac.digest().subarray(0, sealBytes);
  }
}
