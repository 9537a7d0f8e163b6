/** The binary form of log entries, shared by the disk and the wire. */
export { ByteReader, damaged } from './byte-reader.js';
export { ByteWriter } from './byte-writer.js';
export { readRun, writeRun } from './entries.js';
