import { ByteReader, damaged } from '../codec/index.js';
import { maskedChecksum } from './masked-checksum.js';

/**
 * LevelDB's tables, by their documented format: blocks, each followed by a type byte and a masked
 * CRC-32C; a footer that tells where two blocks are that tell where all others are.
 */
const footerBytes = 48;
const magic = Buffer.from('57fb808b247547db', 'hex');
const trailerBytes = 5;

interface Handle {
  readonly offset: number;
  readonly size: number;
}

/**
 * Checks each block of an uncompressed table. LevelDB does so only on demand, and a block that is
 * not what it expects aborts the whole process.
 *
 * A table without a valid footer is left to LevelDB: where its writer died it is not needed, and
 * where it is needed it is refused.
 * @throws {LetoError} LETO_DATA_DAMAGED
 */
export function checkTable(table: Buffer): void {
  if (table.length < footerBytes || !table.subarray(-magic.length).equals(magic)) return;
  const footer = new ByteReader(table.subarray(-footerBytes));
  for (const directory of [readHandle(footer), readHandle(footer)]) {
    for (const handle of handlesIn(checkBlock(table, directory))) checkBlock(table, handle);
  }
}

function checkBlock(table: Buffer, { offset, size }: Handle): Buffer {
  const end = offset + size;
  if (end + trailerBytes > table.length) throw damaged('a block of it is beyond its end');
  if (table.readUInt32LE(end + 1) !== maskedChecksum(table, offset, end + 1)) {
    throw damaged('the checksum of a block of it is wrong');
  }
  return table.subarray(offset, end);
}

/** The values of a block's entries. An entry: shared key bytes, others, value bytes; key, value. */
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
