/**
 * The cryptography between peers that share a secret: proofs that both know it, and seals on the
 * frames that follow. The order of the steps is in tcp-inbound-connection.ts.
 */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { LetoError } from '../base/index.js';

export const nonceBytes = 32;
export const proofBytes = 32;
/** A frame's seal is an HMAC-SHA-256, truncated to half its length. */
const sealBytes = 16;

/** The part of a handshake that both ends have seen. The nonces in it are fresh. */
export interface Transcript {
  /** The hello, which names the cluster and both nodes, and has the nonce of the dialling node. */
  readonly hello: Uint8Array;
  /** The nonce of the accepting node. */
  readonly nonce: Uint8Array;
}

/**
 * The use of an HMAC: a proof of the dialling node (`caller`) or of the accepting node (`called`),
 * or the key of the seals. An HMAC for one use is never valid for another.
 */
type Purpose = 'caller' | 'called' | 'messages';

/** Returns a fresh random nonce. */
export function makeNonce(): Buffer {
  return randomBytes(nonceBytes);
}

/** Returns an HMAC that proves knowledge of the secret, and is valid for this handshake only. */
export function makeProof(secret: string, purpose: Purpose, { hello, nonce }: Transcript): Buffer {
  // The nonce has a fixed length, so no bytes of the hello can be mistaken for it.
  const hmac = createHmac('sha256', secret).update(`leto-raft ${purpose}\n`);
  return hmac.update(nonce).update(hello).digest();
}

/** Compares two digests in constant time. */
export function isSameDigest(given: Uint8Array, expected: Uint8Array): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/**
 * Seals the frames of one direction of a connection, or checks their seals. A seal depends on the
 * handshake and on the number of the frame. So a man in the middle can neither alter frames, nor
 * omit, repeat or insert any.
 */
export class FrameSeal {
  readonly #key: Buffer;
  #frameCount = 0n;

  constructor(secret: string, transcript: Transcript) {
    this.#key = makeProof(secret, 'messages', transcript);
  }

  /** Returns the payload followed by its seal. */
  seal(payload: Uint8Array): Buffer {
    return Buffer.concat([payload, this.#next(payload)]);
  }

  /**
   * Checks the seal of a frame, and returns the payload.
   * @throws {LetoError} LETO_DATA_DAMAGED
   */
  open(sealed: Buffer): Buffer {
    const payloadBytes = Math.max(0, sealed.length - sealBytes);
    const payload = sealed.subarray(0, payloadBytes);
    if (isSameDigest(sealed.subarray(payloadBytes), this.#next(payload))) return payload;
    throw new LetoError('LETO_DATA_DAMAGED', 'a frame from a peer has an invalid seal');
  }

  #next(payload: Uint8Array): Buffer {
    const number = Buffer.allocUnsafe(8);
    number.writeBigUInt64LE(this.#frameCount);
    this.#frameCount += 1n;
    const hmac = createHmac('sha256', this.#key).update(number).update(payload);
    return hmac.digest().subarray(0, sealBytes);
  }
}
