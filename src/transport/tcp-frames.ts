/**
 * Frames on a TCP connection: a payload after its length and checksum. What the payload means is
 * up to tcp-hello.ts, tcp-answers.ts and wire.ts.
 */

import { commandBytesMax, crc32c, LetoError } from '../base/index.js';

/** A header is the length and the CRC-32C of the payload, four bytes each, little-endian. */
const headerBytes = 8;

/**
 * The largest payload. It has room for two messages, one of them with the largest entry, of which
 * up to 2 MiB are the lengths of the arguments of its command.
 */
export const frameBytesMax = commandBytesMax + 4 * 1024 * 1024;

/** Returns the header to send before `payload`. */
export function frameHeader(payload: Uint8Array): Buffer {
  const header = Buffer.allocUnsafe(headerBytes);
  header.writeUInt32LE(payload.length, 0);
  header.writeUInt32LE(crc32c(payload), 4);
  return header;
}

/** Assembles frames from the chunks that a socket receives. */
export class FrameDecoder {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #neededBytes = headerBytes;

  /** `payloadBytesMax` may be changed at any time, and is small until the peer is admitted. */
  constructor(public payloadBytesMax: number) {}

  /**
   * Yields the payloads that are complete now. After one, the caller may raise `payloadBytesMax`
   * for those that follow. Each is valid until the next call.
   * @throws {LetoError} LETO_DATA_DAMAGED for a frame that is too long or fails its checksum
   */
  *decode(chunk: Buffer): Generator<Buffer> {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < this.#neededBytes) return;
    let rest = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#bytes);
    for (;;) {
      this.#neededBytes = this.#needed(rest);
      if (rest.length < this.#neededBytes) break;
      yield checkedPayload(rest.subarray(0, this.#neededBytes));
      rest = rest.subarray(this.#neededBytes);
    }
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#bytes = rest.length;
  }

  #needed(rest: Buffer): number {
    if (rest.length < headerBytes) return headerBytes;
    const payloadBytes = rest.readUInt32LE(0);
    if (payloadBytes > this.payloadBytesMax) throw damagedFrame('is too long');
    return headerBytes + payloadBytes;
  }
}

function checkedPayload(frame: Buffer): Buffer {
  const payload = frame.subarray(headerBytes);
  if (crc32c(payload) !== frame.readUInt32LE(4)) throw damagedFrame('fails its checksum');
  return payload;
}

function damagedFrame(what: string): LetoError {
  return new LetoError('LETO_DATA_DAMAGED', `a frame from a peer ${what}`);
}
