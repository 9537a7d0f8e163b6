/** Checks that snapshots hold the committed state and configuration of their index. */

import { LetoError } from '../../../src/base/errors.js';
import { type StateMachine, StateMachineRestorer } from '../../../src/kv/index.js';
import type { LogBase, Persist, SnapshotChunk, SnapshotInstall } from '../../../src/raft/index.js';
import type { Replica } from '../../../src/replica/index.js';
import { noMembers, type SimNode } from '../node.js';
import { violate } from '../violation.js';
import type { Committed } from './committed.js';
import { isSameConfiguration } from './memberships.js';
import { isSameState } from './state-machine.js';

/** Compares each snapshot with the committed log (5). */
export class Snapshots {
  readonly #committed: Committed;
  #taken = 0;
  #installed = 0;

  constructor(committed: Committed) {
    this.#committed = committed;
  }

  /** The number of snapshots that nodes took of their own state. */
  get taken(): number {
    return this.#taken;
  }

  /** The number of installed snapshots that a leader had sent. */
  get installed(): number {
    return this.#installed;
  }

  /** Called before a write completes. */
  beforeWritten(node: SimNode, { snapshot: written }: Persist): void {
    if (!written?.install) return;
    const { chunk, install } = written;
    if (install.keepsLog) this.#taken += 1;
    else this.#installed += 1;
    this.#checkInstall(node, install);
    const { index } = install.snapshot;
    const ghost = this.#committed.machineAt(index);
    const machine = machineOf(node.disk.chunksWith(chunk));
    if (ghost && machine && isSameState(machine, ghost)) return;
    violate('snapshot-consistent', `${node.id} has a wrong state in its snapshot of ${index}`);
  }

  /** Checks that a new life starts with the state of its snapshot. */
  afterStart({ id, disk }: SimNode, { raftState: raft, machine }: Replica): void {
    const { index } = disk.snapshot;
    const ghost = this.#committed.machineAt(index);
    const isRight = raft.snapshot === disk.snapshot && raft.lastApplied === index;
    if (isRight && ghost && isSameState(machine, ghost)) return;
    violate('snapshot-consistent', `${id} does not start with its snapshot of ${index}`);
  }

  #checkInstall({ id, disk }: SimNode, { snapshot, base, keepsLog }: SnapshotInstall): void {
    const name = `the snapshot of ${id} at ${snapshot.index}`;
    if (snapshot.index <= disk.snapshot.index) violate('snapshot-consistent', `${name} goes back`);
    if (base.index > snapshot.index || (keepsLog && base.index < disk.base.index)) {
      violate('snapshot-consistent', `${name} leaves a log from ${base.index}`);
    }
    if (keepsLog && snapshot.index > disk.lastIndex) {
      violate('snapshot-consistent', `${name} goes beyond its log`);
    }
    this.#checkBase(name, snapshot);
    // The base may date from before the node knew its cluster; then only its index and term count.
    const isFromOutside = isSameConfiguration(base.configuration, noMembers);
    this.#checkBase(name, isFromOutside ? { ...base, configuration: this.#membersAt(base) } : base);
  }

  #checkBase(name: string, { index, term, configuration }: LogBase): void {
    if (this.#committed.termAt(index) !== term) {
      violate('snapshot-consistent', `${name} covers entries that are not committed`);
    }
    if (!isSameConfiguration(configuration, this.#membersAt({ index }))) {
      violate('snapshot-consistent', `${name} has a wrong configuration`);
    }
  }

  #membersAt({ index }: Pick<LogBase, 'index'>): LogBase['configuration'] {
    return this.#committed.membersAt(index).configuration;
  }
}

/** Returns the state in a snapshot. Null when the bytes are not a snapshot. */
function machineOf(chunks: readonly SnapshotChunk[]): StateMachine | null {
  const restorer = new StateMachineRestorer();
  try {
    for (const { data } of chunks) restorer.take(data);
    return restorer.finish();
  } catch (error) {
    if (error instanceof LetoError) return null;
    throw error;
  }
}
