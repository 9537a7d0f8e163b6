/**
 * The binary form of a cluster configuration, and of plain text. For log entries see entries.ts.
 */

import { type Configuration, membersMax, nodeId } from '../raft/index.js';
import { type ByteReader, damaged } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';

/** Writes the voters, the learners, and then pairs of id and address. */
export function writeConfiguration(writer: ByteWriter, configuration: Configuration): void {
  writeTexts(writer, configuration.voters);
  writeTexts(writer, configuration.learners);
  writeTexts(writer, Object.entries(configuration.addresses ?? {}).flat());
}

/** @throws {LetoError} LETO_DATA_DAMAGED, for a count above `membersMax` too */
export function readConfiguration(reader: ByteReader): Configuration {
  const voters = readTexts(reader, membersMax).map(nodeId);
  const learners = readTexts(reader, membersMax).map(nodeId);
  const texts = readTexts(reader, 2 * membersMax);
  if (texts.length === 0) return { voters, learners };
  if (texts.length % 2 !== 0) throw damaged('a member has no address');
  const pairs = Array.from({ length: texts.length / 2 }, (_, at) =>
    texts.slice(2 * at, 2 * at + 2),
  );
  return { voters, learners, addresses: Object.fromEntries(pairs) };
}

function writeTexts(writer: ByteWriter, texts: readonly string[]): void {
  writer.varint(texts.length);
  for (const text of texts) writeText(writer, text);
}

function readTexts(reader: ByteReader, countMax: number): string[] {
  const count = reader.varint();
  if (count > countMax) throw damaged('a configuration has too many members');
  return Array.from({ length: count }, () => readText(reader));
}

/** Writes any text as UTF-8. */
export function writeText(writer: ByteWriter, text: string): void {
  writer.bytes(Buffer.from(text).toString('latin1'));
}

/** @throws {LetoError} LETO_DATA_DAMAGED */
export function readText(reader: ByteReader): string {
  return Buffer.from(reader.bytes(), 'latin1').toString();
}
