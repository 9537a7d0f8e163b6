import { assert, crc32c } from '../base/index.js';
import type { HardState, LogBase, LogIndex, SnapshotInstall, Term } from '../raft/index.js';
import type { EncodedSnapshotPersist } from './encoded-persist.js';

/** What a write meets. */
interface Stored {
  readonly hardState: HardState;
  readonly snapshot: LogBase;
  readonly base: LogBase;
  readonly lastIndex: LogIndex;
}

/** What a write brings; `firstIndex` is null where it brings no entries. */
interface Write {
  readonly hardState: HardState | null;
  readonly firstIndex: LogIndex | null;
  readonly lastTerm: Term;
  readonly install: SnapshotInstall | null;
}

/** Refuses, before anything is touched, what Raft never asks for. */
export function checkWrite(stored: Stored, write: Write): void {
  const { snapshot, lastIndex } = stored;
  const { firstIndex, lastTerm, install } = write;
  const { currentTerm } = write.hardState ?? stored.hardState;
  if (firstIndex !== null) {
    assert(firstIndex > snapshot.index, 'a write reaches into the snapshot', firstIndex);
    assert(firstIndex <= lastIndex + 1, 'a write leaves a gap', firstIndex, lastIndex);
    assert(lastTerm <= currentTerm, 'an entry is of a later term', lastTerm);
    assert(install === null, 'entries come with the end of a snapshot', firstIndex);
  }
  if (install) checkInstall(stored, install, currentTerm);
}

function checkInstall(stored: Stored, install: SnapshotInstall, currentTerm: Term): void {
  const { snapshot, base, keepsLog } = install;
  assert(snapshot.index > stored.snapshot.index, 'a snapshot goes back', snapshot.index);
  assert(snapshot.term <= currentTerm, 'a snapshot is of a later term', snapshot.term);
  assert(base.index <= snapshot.index, 'the log begins behind its snapshot', base.index);
  if (keepsLog) {
    assert(base.index >= stored.base.index, 'the base goes back', base.index);
    assert(snapshot.index <= stored.lastIndex, 'the log ends before its snapshot', snapshot.index);
  } else {
    assert(base.index === snapshot.index, 'a log that goes leaves entries', base.index);
    assert(base.term === snapshot.term, 'the base is not the snapshot', base.term);
  }
}

/** `staged` are the chunks before it. */
export function checkChunk(
  { chunk, install }: EncodedSnapshotPersist,
  staged: readonly { readonly checksum: number }[],
): void {
  const { number, bytes, checksum, isLast } = chunk;
  assert(isLast === (install !== null), 'the last chunk alone installs a snapshot', number);
  assert(number === 0 || number === staged.length, 'a chunk is left out', number, staged.length);
  assert(bytes.length > 0, 'a chunk is empty', number);
  const previous = staged[number - 1]?.checksum ?? 0;
  const found = crc32c(bytes, 0, bytes.length, previous);
  assert(found === checksum, 'the checksum of a chunk is wrong', number);
}
