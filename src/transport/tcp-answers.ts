/**
 * The frames that the accepting end of a connection sends back: the steps of a handshake,
 * refusals, and pulses. The other direction is in tcp-hello.ts.
 */

import { LetoError } from '../base/index.js';
import { damaged } from '../codec/index.js';
import { nonceBytes, proofBytes } from './tcp-proof.js';

/** The reasons for a refusal. On the wire, a reason is its index, so the order must not change. */
const refusalReasons = [
  'version',
  'cluster',
  'node',
  'secretMissing',
  'secretUnexpected',
  'secretMismatch',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** An answer to the dialling node. A pulse says that the accepting node is still there. */
export type HelloAnswer =
  | { readonly type: 'pulse' }
  | { readonly type: 'nonce' | 'proof'; readonly bytes: Uint8Array }
  | { readonly type: 'refusal'; readonly reason: RefusalReason };

const answerTypes = ['pulse', 'nonce', 'proof', 'refusal'] as const;

/**
 * Thrown when a connection is refused and the dialling node is told why. `peer` describes that
 * node in the message.
 */
export class Refusal extends LetoError {
  constructor(
    readonly reason: RefusalReason,
    peer: string,
  ) {
    super('LETO_DATA_FOREIGN', `the Raft port refused ${peer}`);
  }
}

export function encodeHelloAnswer(answer: HelloAnswer): Buffer {
  const type = Uint8Array.of(answerTypes.indexOf(answer.type));
  if (answer.type === 'pulse') return Buffer.from(type);
  const bytes =
    answer.type === 'refusal' ? Uint8Array.of(refusalReasons.indexOf(answer.reason)) : answer.bytes;
  return Buffer.concat([type, bytes]);
}

/** @throws {LetoError} LETO_DATA_DAMAGED */
export function readHelloAnswer(frame: Uint8Array): HelloAnswer {
  const type = answerTypes[frame[0] ?? answerTypes.length];
  // An answer may be kept, but the frame is valid only until the next one.
  const bytes = Uint8Array.from(frame.subarray(1));
  if (type === 'pulse' && bytes.length === 0) return { type };
  if (type === 'nonce' && bytes.length === nonceBytes) return { type, bytes };
  if (type === 'proof' && bytes.length === proofBytes) return { type, bytes };
  const reason = refusalReasons[bytes[0] ?? refusalReasons.length];
  if (type === 'refusal' && bytes.length === 1 && reason) return { type, reason };
  throw damaged('an answer on a Raft connection is invalid');
}
