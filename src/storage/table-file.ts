/**
 * Checks LevelDB's table files (.ldb) by their documented format: blocks, each followed by a type
 * byte and a masked CRC-32C, and a footer that locates two blocks, which in turn locate all
 * others.
 */

import { ByteReader, damaged } from '../codec/index.js';
import { maskedChecksum } from './masked-checksum.js';

const footerBytes = 48;
const magic = Buffer.from('57fb808b247547db', 'hex');
const trailerBytes = 5;

interface Handle {
  readonly offset: number;
  readonly size: number;
}

/**
 * Checks each block of an uncompressed table. LevelDB does so only on demand, and aborts the whole
 * process when it reads an invalid block.
 *
 * A table without a valid footer is left to LevelDB, which ignores it if the process died while it
 * wrote the table, and refuses it otherwise.
 * @throws {LetoError} LETO_DATA_DAMAGED
 */
export function checkTable(table: Buffer): void {
  if (table.length < footerBytes || !table.subarray(-magic.length).equals(magic)) return;
  const footer = new ByteReader(table.subarray(-footerBytes));
  for (const index of [readHandle(footer), readHandle(footer)]) {
    for (const handle of handlesIn(checkBlock(table, index))) checkBlock(table, handle);
  }
}

function checkBlock(table: Buffer, { offset, size }: Handle): Buffer {
  const end = offset + size;
  if (end + trailerBytes > table.length) throw damaged('one of its blocks extends beyond its end');
  if (table.readUInt32LE(end + 1) !== maskedChecksum(table, offset, end + 1)) {
    throw damaged('the checksum of one of its blocks is wrong');
  }
  return table.subarray(offset, end);
}

/**
 * Yields the values of a block's entries, which are handles of other blocks. An entry is three
 * varints (the lengths of the shared key part, of the rest of the key and of the value), then the
 * rest of the key and the value.
 */
function* handlesIn(block: Buffer): Generator<Handle> {
  const restarts = block.readUInt32LE(block.length - 4);
  let rest = block.subarray(0, block.length - 4 - 4 * restarts);
  while (rest.length > 0) {
    const reader = new ByteReader(rest);
    reader.varint();
    const keyBytes = reader.varint();
    const valueBytes = reader.varint();
    const valueAt = reader.at + keyBytes;
    yield readHandle(new ByteReader(rest.subarray(valueAt)));
    rest = rest.subarray(valueAt + valueBytes);
  }
}

function readHandle(reader: ByteReader): Handle {
  return { offset: reader.varint(), size: reader.varint() };
}
