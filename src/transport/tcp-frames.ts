import { commandBytesMax, crc32c, LetoError } from '../base/index.js';

/** Before each frame: its length and its CRC-32C, four bytes each, little-endian. */
const headerBytes = 8;

/**
 * Two messages fit, of which one holds the largest entry: up to 2 MiB of it are the lengths that
 * stand before the arguments of its command.
 */
export const frameBytesMax = commandBytesMax + 4 * 1024 * 1024;

export function frameHeader(payload: Uint8Array): Buffer {
  const header = Buffer.allocUnsafe(headerBytes);
  header.writeUInt32LE(payload.length, 0);
  header.writeUInt32LE(crc32c(payload), 4);
  return header;
}

/** Puts frames together from what a socket brings. */
export class FrameDecoder {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #neededBytes = headerBytes;

  /** A frame may have `payloadBytesMax` bytes: few, until the other end has said who it is. */
  constructor(public payloadBytesMax: number) {}

  /**
   * The frames that are whole now, one by one: a first one may raise the limit for those behind it.
   * Each is valid until the next call.
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
    if (payloadBytes > this.payloadBytesMax) throw damagedFrame('is longer than it may be');
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
