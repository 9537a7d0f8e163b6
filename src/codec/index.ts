/** The binary form of log entries, shared by the disk and the wire. */
export { ByteReader, damaged } from './byte-reader.js';
export { ByteWriter } from './byte-writer.js';
export { readConfiguration, readText, writeConfiguration, writeText } from './configuration.js';
export { readEntryRun, writeEntryRun } from './entries.js';
