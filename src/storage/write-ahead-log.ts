/**
 * Checks LevelDB's write-ahead log (.log files) by its documented format: blocks of 32 KiB with
 * records, each a header (masked CRC-32C, length, type) and a fragment of a write.
 */

import { maskedChecksum } from './masked-checksum.js';

const blockBytes = 32 * 1024;
const headerBytes = 7;

const broken = 0;
const full = 1;
const first = 2;
const last = 4;

/**
 * Detects a damaged write that is followed by later writes. LevelDB silently drops damaged writes.
 * That is right only for the last write, which a crash may have torn before it was confirmed. All
 * writes before it were synced and confirmed before the next one began.
 */
export class WriteAheadLogScan {
  #isBroken = false;
  #isInside = false;
  #hasHole = false;

  /** Scans the next file. Files must be taken in order, as their writes follow each other. */
  take(file: Buffer): void {
    for (const type of recordTypes(file)) this.#takeRecord(type);
  }

  /** True when a damaged write has later writes after it. */
  get hasHole(): boolean {
    return this.#hasHole;
  }

  #takeRecord(type: number): void {
    if (type === full || type === first) {
      this.#hasHole ||= this.#isBroken || this.#isInside;
      this.#isInside = type === first;
    } else {
      this.#isBroken ||= type === broken || !this.#isInside;
      if (type === last) this.#isInside = false;
    }
  }
}

/** Yields the types of the records in order, and `broken` for each byte outside of a valid one. */
function* recordTypes(file: Buffer): Generator<number> {
  for (let block = 0; block < file.length; block += blockBytes) {
    const blockEnd = Math.min(block + blockBytes, file.length);
    for (let at = block; at + headerBytes <= blockEnd; ) {
      const end = at + headerBytes + file.readUInt16LE(at + 4);
      const type = file[at + 6] as number;
      const isRecord = type >= full && type <= last && end <= blockEnd;
      const isWhole = isRecord && file.readUInt32LE(at) === maskedChecksum(file, at + 6, end);
      yield isWhole ? type : broken;
      at = isWhole ? end : at + 1;
    }
  }
}
