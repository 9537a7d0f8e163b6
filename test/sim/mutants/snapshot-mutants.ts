/** Planted bugs in taking, sending and installing snapshots. */

import { crc32cOfString } from '../../../src/base/crc.js';
import { StateMachine } from '../../../src/kv/index.js';
import { Sessions } from '../../../src/kv/sessions.js';
import type {
  InstallSnapshot,
  LogBase,
  LogIndex,
  Message,
  SnapshotInstall,
} from '../../../src/raft/index.js';
import type { Effects, Input } from '../../../src/replica/index.js';
import { copyOf } from '../checkers/machine-copy.js';
import { noMembers } from '../node.js';
import { type Mutant, OpenReplica, plant, plantAtStart } from './mutant.js';

function withoutSessions(machine: StateMachine): StateMachine {
  return new StateMachine(copyOf(machine).store, new Sessions());
}

function withoutParts(machine: StateMachine): StateMachine {
  const copy = copyOf(machine);
  copy.parts.clear();
  return copy;
}

function withoutDeadlines(machine: StateMachine): StateMachine {
  const copy = copyOf(machine);
  for (const [key] of copy.store.entries()) copy.store.setDeadline(key, null);
  return copy;
}

/** Leaves the sessions out of snapshots (5.1). */
class SnapshotsNoSessions extends OpenReplica {
  override get machine(): StateMachine {
    const { machine } = { machine: super.machine };
    machine.beginSnapshot = () => withoutSessions(machine).beginSnapshot();
    return machine;
  }
}

/** Leaves the deadlines out of snapshots, so that keys never expire. */
class SnapshotsNoDeadlines extends OpenReplica {
  override get machine(): StateMachine {
    const { machine } = { machine: super.machine };
    machine.beginSnapshot = () => withoutDeadlines(machine).beginSnapshot();
    return machine;
  }
}

/** Labels its own snapshot with the wrong index. */
class MisnamesSnapshots extends OpenReplica {
  override takeEffects(): Effects {
    const before = this.raftState.staging;
    const effects = super.takeEffects();
    const { staging, log } = this.state;
    if (staging === null || staging === before || staging.leaderId !== null) return effects;
    const snapshot = this.misnamed(staging.snapshot.index);
    if (log.termAt(snapshot)) Object.assign(staging, { snapshot: log.baseAt(snapshot) });
    return effects;
  }

  protected misnamed(index: LogIndex): LogIndex {
    return (index - 1) as LogIndex;
  }
}

class SnapshotsTheUncommitted extends MisnamesSnapshots {
  protected override misnamed(): LogIndex {
    return this.raftState.log.lastIndex;
  }
}

/** Keeps its old keys when it installs a leader's snapshot. */
class KeepsOldKeys extends OpenReplica {
  override handle(input: Input): void {
    const before = this.machine;
    super.handle(input);
    if (this.machine === before) return;
    for (const [key, value] of before.store.entries()) {
      if (!this.machine.store.has(key)) this.machine.store.set(key, value);
    }
  }
}

class ChangesInstalls extends OpenReplica {
  protected override handleMessage(message: Message): void {
    super.handleMessage(message.type === 'InstallSnapshot' ? this.changed(message) : message);
  }

  protected changed(message: InstallSnapshot): InstallSnapshot {
    return message;
  }
}

/** Drops the configuration of a received snapshot (5.1). */
class ForgetsMembers extends ChangesInstalls {
  protected override changed(message: InstallSnapshot): InstallSnapshot {
    return { ...message, snapshot: { ...message.snapshot, configuration: noMembers } };
  }
}

/** Treats each received chunk as the next one. */
class TakesAnyChunk extends ChangesInstalls {
  protected override changed(message: InstallSnapshot): InstallSnapshot {
    const { staging } = this.raftState;
    const isSame = staging?.snapshot.index === message.snapshot.index && staging.leaderId !== null;
    if (!isSame || staging.waiting.length > 0) return message;
    const { data, isLast } = message.chunk;
    const checksum = crc32cOfString(data, staging.checksum);
    return { ...message, chunk: { number: staging.writtenChunks, data, checksum, isLast } };
  }
}

class ChangesWrites extends OpenReplica {
  override takeEffects(): Effects {
    const effects = super.takeEffects();
    const install = effects.persist?.snapshot?.install;
    if (!effects.persist?.snapshot || !install) return effects;
    const snapshot = { ...effects.persist.snapshot, install: this.changed(install) };
    return { ...effects, persist: { ...effects.persist, snapshot } };
  }

  protected changed(install: SnapshotInstall): SnapshotInstall {
    return install;
  }
}

/** Removes entries that no snapshot covers. */
class CutsBeyondTheSnapshot extends ChangesWrites {
  protected override changed(install: SnapshotInstall): SnapshotInstall {
    const { log, commitIndex } = this.raftState;
    const base: LogBase = log.baseAt(commitIndex);
    return install.keepsLog ? { ...install, base } : install;
  }
}

/** Keeps a log that conflicts with the installed snapshot (5.1). */
class KeepsAForeignLog extends ChangesWrites {
  protected override changed(install: SnapshotInstall): SnapshotInstall {
    return { ...install, keepsLog: true };
  }
}

/** Acknowledges a snapshot once the last chunk has arrived, whether or not it is written. */
class ClaimsTheSnapshot extends OpenReplica {
  protected override sent(message: Message): Message[] {
    const { snapshot, waiting } = this.raftState.staging ?? {};
    const hasLast = waiting?.some(({ isLast }) => isLast);
    const isEarly = message.type === 'AppendEntriesReply' && message.round > 0 && hasLast;
    if (!isEarly || !snapshot || this.raftState.staging?.leaderId === null) return [message];
    return [{ ...message, matchIndex: snapshot.index }];
  }
}

export const snapshotMutants: readonly Mutant[] = [
  plant('leaves sessions out of its snapshots', SnapshotsNoSessions, 'snapshot-consistent'),
  plant('leaves deadlines out of its snapshots', SnapshotsNoDeadlines, 'snapshot-consistent'),
  plant('labels a snapshot with an older index', MisnamesSnapshots, 'snapshot-consistent'),
  plant(
    'labels a snapshot with an uncommitted index',
    SnapshotsTheUncommitted,
    'snapshot-consistent',
  ),
  plant('keeps keys that an installed snapshot lacks', KeepsOldKeys, 'state-machine-safety'),
  plant('drops the configuration of a snapshot', ForgetsMembers, 'snapshot-consistent'),
  plant('ignores the order of chunks', TakesAnyChunk, 'snapshot-consistent', 'core-assertion'),
  plant('removes entries beyond the snapshot', CutsBeyondTheSnapshot, 'snapshot-consistent'),
  plant('keeps a log that ends before the snapshot', KeepsAForeignLog, 'snapshot-consistent'),
  plant(
    'acknowledges a snapshot that is not written yet',
    ClaimsTheSnapshot,
    'durable-before-sent',
  ),
  plantAtStart(
    'forgets its sessions when it restarts',
    (options, durable, nowMs, machine) => [options, durable, nowMs, withoutSessions(machine)],
    'snapshot-consistent',
  ),
  plantAtStart(
    'forgets the parts of an unfinished command when it restarts',
    (options, durable, nowMs, machine) => [options, durable, nowMs, withoutParts(machine)],
    'snapshot-consistent',
  ),
];
