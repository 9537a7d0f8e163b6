/**
 * Checks the content of an open database against its meta record. The files are checked before, by
 * database-files.ts; the identity beside the database is checked by data-folder.ts.
 */

import { damaged } from '../codec/index.js';
import { type Database, metaKey, readAheadBytes } from './database.js';
import { decodeMeta, type MetaRecord } from './meta-record.js';
import type { Run } from './run-record.js';
import type { StoredChunk } from './snapshot-slots.js';
import { LogVerifier } from './verify-log.js';
import { SnapshotVerifier } from './verify-snapshot.js';

/** The content of a sound database, without the bytes of its log and its snapshot. */
export interface VerifiedDatabase {
  readonly meta: MetaRecord;
  readonly runs: Run[];
  /** The chunks of the snapshot in force. */
  readonly chunks: readonly StoredChunk[];
}

/**
 * Reads the whole database, record by record, and checks the log and the snapshot in force.
 * `leftovers` are the chunk keys of a snapshot that was not written to its end.
 * @throws {LetoError} LETO_DATA_DAMAGED, or LETO_DATA_FOREIGN for an unknown format version
 */
export async function verifyDatabase(
  location: string,
  database: Database,
): Promise<VerifiedDatabase & { leftovers: readonly Uint8Array[] }> {
  const record = await database.get(metaKey);
  if (record === undefined) throw damaged('its meta record is missing');
  const meta = decodeMeta(location, record);
  const log = new LogVerifier(meta);
  const snapshot = new SnapshotVerifier(meta.snapshot);
  const options = { highWaterMarkBytes: readAheadBytes };
  const runs = database.iterator({ lt: metaKey, ...options });
  for await (const [key, value] of runs) log.take(key, value);
  const chunks = database.iterator({ gt: metaKey, ...options });
  for await (const [key, value] of chunks) snapshot.take(key, value);
  log.end();
  snapshot.end();
  return { meta, runs: log.runs, chunks: snapshot.chunks, leftovers: snapshot.leftovers };
}
