import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32c } from '../base/crc.js';
import { damaged } from '../codec/index.js';

/**
 * LevelDB's own log of its latest writes, by its documented format: blocks of 32 KiB, in them
 * records of a header (masked CRC-32C, length, type) and a fragment of a write.
 *
 * LevelDB drops what is damaged there without a word. At the end that is right: the machine died
 * in the middle of the last write, which nobody was promised. But where a whole write follows, the
 * damaged one had been synced and confirmed. So this is looked at before LevelDB opens the folder
 * and cleans up.
 */
const blockBytes = 32 * 1024;
const headerBytes = 7;

const full = 1;
const first = 2;
const last = 4;
const broken = 0;

/** @throws {LetoError} LETO_DATA_DAMAGED */
export async function checkWriteAheadLog(location: string): Promise<void> {
  const names = (await readdir(location)).filter((name) => name.endsWith('.log')).sort();
  if (names.length === 0) throw damaged('its .log file is missing');
  const scan = new Scan();
  for (const name of names) {
    for (const type of fragments(await readFile(join(location, name)))) scan.take(type);
    if (scan.hasHole) throw damaged(`a write in ${name} is damaged, and others follow it`);
  }
}

/** Looks for a whole write, or the begin of one, behind a damaged one. */
class Scan {
  hasHole = false;
  #isBroken = false;
  #isInside = false;

  take(type: number): void {
    if (type === full || type === first) {
      this.hasHole ||= this.#isBroken || this.#isInside;
      this.#isInside = type === first;
    } else {
      this.#isBroken ||= type === broken || !this.#isInside;
      if (type === last) this.#isInside = false;
    }
  }
}

/** The types of the records in order; `broken` for each byte that belongs to none. */
function* fragments(log: Buffer): Generator<number> {
  for (let block = 0; block < log.length; block += blockBytes) {
    const end = Math.min(block + blockBytes, log.length);
    for (let at = block; at + headerBytes <= end; ) {
      const fragmentEnd = at + headerBytes + log.readUInt16LE(at + 4);
      const type = log[at + 6] as number;
      const isWhole = type >= full && type <= last && fragmentEnd <= end;
      if (isWhole && log.readUInt32LE(at) === mask(crc32c(log, at + 6, fragmentEnd))) {
        yield type;
        at = fragmentEnd;
      } else {
        yield broken;
        at += 1;
      }
    }
  }
}

/** LevelDB masks its checksums, since the checksum of bytes that hold one is poor. */
function mask(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
