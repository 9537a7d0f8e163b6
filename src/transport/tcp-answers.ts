import { LetoError } from '../base/index.js';
import { damaged } from '../codec/index.js';
import { nonceBytes, proofBytes } from './tcp-proof.js';

/** Why a caller is sent away; the number on the wire is the place in this list. */
const refusalReasons = [
  'version',
  'cluster',
  'node',
  'secretMissing',
  'secretUnexpected',
  'secretMismatch',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** What the one who is called says to a caller; a pulse says that it is still there. */
export type HelloAnswer =
  | { readonly type: 'pulse' }
  | { readonly type: 'nonce' | 'proof'; readonly bytes: Uint8Array }
  | { readonly type: 'refusal'; readonly reason: RefusalReason };

const answerTypes = ['pulse', 'nonce', 'proof', 'refusal'] as const;

/** A caller that is no stranger to the protocol: it is told why it is sent away. */
export class Refusal extends LetoError {
  constructor(
    readonly reason: RefusalReason,
    who: string,
  ) {
    super('LETO_DATA_FOREIGN', `the Raft port was called by ${who}`);
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
  // The frame is valid until the next one comes; an answer may be kept.
  const bytes = Uint8Array.from(frame.subarray(1));
  if (type === 'pulse' && bytes.length === 0) return { type };
  if (type === 'nonce' && bytes.length === nonceBytes) return { type, bytes };
  if (type === 'proof' && bytes.length === proofBytes) return { type, bytes };
  const reason = refusalReasons[bytes[0] ?? refusalReasons.length];
  if (type === 'refusal' && bytes.length === 1 && reason) return { type, reason };
  throw damaged('what answers on a Raft port is no answer');
}
