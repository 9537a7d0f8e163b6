import { maskedChecksum } from './masked-checksum.js';

/**
 * LevelDB's log of its latest writes, by its documented format: blocks of 32 KiB, in them records
 * of a header (masked CRC-32C, length, type) and a fragment of a write.
 */
const blockBytes = 32 * 1024;
const headerBytes = 7;

const broken = 0;
const full = 1;
const first = 2;
const last = 4;

/**
 * Is a write damaged that others follow? LevelDB drops damaged writes without a word. At the end
 * that is right: the machine died in the middle of the last write, which was never confirmed. But
 * each other write had been synced and confirmed before the next one began.
 */
export class WriteAheadLogScan {
  #isBroken = false;
  #isInside = false;
  #hasHole = false;

  /** Takes the files in order; a write in a later file follows all writes in the earlier ones. */
  take(file: Buffer): void {
    for (const type of recordTypes(file)) this.#takeRecord(type);
  }

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

/** The types of the records in order; `broken` for each byte that belongs to none. */
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
