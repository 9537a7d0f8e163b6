import { LetoError } from '../../../src/base/errors.js';
import { type StateMachine, StateMachineRestorer } from '../../../src/kv/index.js';
import type { LogBase, Persist, SnapshotChunk, SnapshotInstall } from '../../../src/raft/index.js';
import type { Replica } from '../../../src/replica/index.js';
import { nobody, type SimNode } from '../node.js';
import { violate } from '../violation.js';
import type { Committed } from './committed.js';
import { isSameConfiguration } from './memberships.js';
import { isSameState } from './state-machine.js';

/** A snapshot is what the committed log makes of the machine and the members, at one index (5). */
export class Snapshots {
  readonly #committed: Committed;
  #taken = 0;
  #installed = 0;

  constructor(committed: Committed) {
    this.#committed = committed;
  }

  /** By nodes of their own state. */
  get taken(): number {
    return this.#taken;
  }

  /** That a leader has sent. */
  get installed(): number {
    return this.#installed;
  }

  /** Called before a write counts. */
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
    violate('snapshot-consistent', `${node.id} has another state in its snapshot of ${index}`);
  }

  /** A new life starts with what its snapshot holds. */
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
      violate('snapshot-consistent', `${name} has more than its disk`);
    }
    this.#checkBase(name, snapshot);
    // It may be of before the node knew its cluster: what counts is the configuration behind it.
    const isOfStranger = isSameConfiguration(base.configuration, nobody);
    this.#checkBase(name, isOfStranger ? { ...base, configuration: this.#membersAt(base) } : base);
  }

  #checkBase(name: string, { index, term, configuration }: LogBase): void {
    if (this.#committed.termAt(index) !== term) {
      violate('snapshot-consistent', `${name} stands for what is not committed`);
    }
    if (!isSameConfiguration(configuration, this.#membersAt({ index }))) {
      violate('snapshot-consistent', `${name} holds other members`);
    }
  }

  #membersAt({ index }: Pick<LogBase, 'index'>): LogBase['configuration'] {
    return this.#committed.membersAt(index).configuration;
  }
}

/** Null where the bytes are no snapshot. */
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
