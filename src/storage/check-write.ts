/**
 * Assertions about a write, which every store makes before it changes anything. They catch bugs in
 * the code that writes; damage that is already on the disk is found by verify-database.ts.
 */

import { assert, crc32c } from '../base/index.js';
import type { HardState, LogBase, LogIndex, SnapshotInstall, Term } from '../raft/index.js';
import type { EncodedSnapshotPersist } from './encoded-persist.js';

/** The part of the stored state that a write is checked against. */
interface Stored {
  readonly hardState: HardState;
  readonly snapshot: LogBase;
  readonly base: LogBase;
  readonly lastIndex: LogIndex;
}

/** The part of a write that is checked. Without entries, `firstIndex` is null and `lastTerm` 0. */
interface Write {
  readonly hardState: HardState | null;
  readonly firstIndex: LogIndex | null;
  readonly lastTerm: Term;
  readonly install: SnapshotInstall | null;
}

/**
 * Checks that a write follows the rules of Raft.
 * @throws {LetoError} LETO_ASSERTION
 */
export function checkWrite(stored: Stored, write: Write): void {
  const { snapshot, lastIndex } = stored;
  const { firstIndex, lastTerm, install } = write;
  const { currentTerm } = write.hardState ?? stored.hardState;
  if (firstIndex !== null) {
    assert(firstIndex > snapshot.index, 'a write overlaps the snapshot', firstIndex);
    assert(firstIndex <= lastIndex + 1, 'a write leaves a gap', firstIndex, lastIndex);
    assert(lastTerm <= currentTerm, 'the term of an entry exceeds currentTerm', lastTerm);
    assert(install === null, 'a write has entries and installs a snapshot', firstIndex);
  }
  if (install) checkInstall(stored, install, currentTerm);
}

function checkInstall(stored: Stored, install: SnapshotInstall, currentTerm: Term): void {
  const { snapshot, base, keepsLog } = install;
  assert(
    snapshot.index > stored.snapshot.index,
    'a snapshot is not newer than the stored one',
    snapshot.index,
  );
  assert(snapshot.term <= currentTerm, 'the term of a snapshot exceeds currentTerm', snapshot.term);
  assert(base.index <= snapshot.index, 'the log begins after its snapshot', base.index);
  if (keepsLog) {
    assert(base.index >= stored.base.index, 'the base moves back', base.index);
    assert(snapshot.index <= stored.lastIndex, 'the log ends before its snapshot', snapshot.index);
  } else {
    assert(base.index === snapshot.index, 'the base differs from the snapshot', base.index);
    assert(base.term === snapshot.term, 'the base has another term', base.term);
  }
}

/**
 * Checks that a chunk continues the snapshot of which `staged` holds the chunks so far.
 * @throws {LetoError} LETO_ASSERTION
 */
export function checkChunk(
  { chunk, install }: EncodedSnapshotPersist,
  staged: readonly { readonly checksum: number }[],
): void {
  const { number, bytes, checksum, isLast } = chunk;
  assert(isLast === (install !== null), 'the last chunk, and no other, must install', number);
  assert(number === 0 || number === staged.length, 'a chunk was skipped', number, staged.length);
  assert(bytes.length > 0, 'a chunk is empty', number);
  const previous = staged[number - 1]?.checksum ?? 0;
  const found = crc32c(bytes, 0, bytes.length, previous);
  assert(found === checksum, 'the checksum of a chunk is wrong', number);
}
