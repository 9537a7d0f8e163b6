/** Helpers for the tests of the request decoder. */

import { setImmediate } from 'node:timers/promises';
import type { ByteString } from '../../src/base/bytes.js';
import {
  type DecodedRequests,
  encodeRequest,
  type RawRequest,
  RequestDecoder,
  type RequestLimits,
  requestLimits,
} from '../../src/resp/index.js';

const turnBytes = 4096;

export function bytes(text: ByteString): Buffer {
  return Buffer.from(text, 'latin1');
}

/** Decodes the pieces one after the other with one decoder. */
export function decodePieces(
  pieces: Iterable<ByteString>,
  limits: RequestLimits = requestLimits,
): DecodedRequests {
  const decoder = new RequestDecoder(limits);
  const requests: RawRequest[] = [];
  let last: DecodedRequests = { requests, error: null, isAttack: false };
  for (const piece of pieces) {
    last = decoder.decode(bytes(piece));
    requests.push(...last.requests);
  }
  return { ...last, requests };
}

/** Decodes byte by byte. It yields to the event loop, so that a test's timeout can end it. */
export async function decodeBytes(text: ByteString): Promise<readonly RawRequest[]> {
  const decoder = new RequestDecoder(requestLimits);
  const all = bytes(text);
  const requests: RawRequest[] = [];
  for (let at = 0; at < all.length; at += 1) {
    if (at % turnBytes === 0) await setImmediate();
    requests.push(...decoder.decode(all.subarray(at, at + 1)).requests);
  }
  return requests;
}

export function decodeAll(
  text: ByteString,
  limits: RequestLimits = requestLimits,
): DecodedRequests {
  return decodePieces([text], limits);
}

export function encodeAll(requests: readonly RawRequest[]): ByteString {
  return requests.map(encodeRequest).join('');
}
