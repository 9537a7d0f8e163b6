/** The public interface of codec: the binary form of log entries, on the disk and on the wire. */
export { ByteReader, damaged } from './byte-reader.js';
export { ByteWriter } from './byte-writer.js';
export { readConfiguration, readText, writeConfiguration, writeText } from './configuration.js';
export { readEntryRun, writeEntryRun } from './entries.js';
