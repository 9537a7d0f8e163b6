/**
 * The replicated state machine: the keys and the client sessions. It knows nothing of Raft;
 * src/replica applies the committed entries to it.
 */

import { assert, type ByteString } from '../base/index.js';
import { type CommandMetadata, decodeCommand, decodePieces, decodeTime } from './codec.js';
import type { Command } from './command.js';
import { CommandParts, decodePart } from './command-parts.js';
import { okReply, type Reply } from './reply.js';
import { Sessions } from './sessions.js';
import { StateMachineSnapshot } from './state-machine-snapshot.js';
import { Store } from './store.js';

/**
 * `apply` depends on the state and the entry alone. So all nodes that have applied the same entries
 * have the same state and have given the same replies.
 */
export class StateMachine {
  readonly store: Store;
  readonly sessions: Sessions;
  /** The parts so far of a large command. */
  readonly parts: CommandParts;

  constructor(store = new Store(), sessions = new Sessions(), parts = new CommandParts()) {
    this.store = store;
    this.sessions = sessions;
    this.parts = parts;
  }

  /** The log time in whole ms, the only clock of the state machine: see Store. */
  get logTimeMs(): number {
    return this.store.logTimeMs;
  }

  /**
   * Applies a committed entry, which holds a command, a part of one, or only a log time, and
   * returns the reply. A part runs nothing until the last one completes the command.
   */
  apply(data: ByteString): Reply {
    const timeMs = decodeTime(data);
    if (timeMs !== null) return this.#applyTime(timeMs);
    const part = decodePart(data);
    if (part === null) return this.#applyCommand(decodeCommand(data));
    const parts = this.parts.take(part);
    if (parts === null) return this.#applyTime(part.logTimeMs);
    return this.#applyCommand(decodePieces(parts));
  }

  #applyCommand({ spec, args, logTimeMs, session }: Command & CommandMetadata): Reply {
    assert(spec.kind === 'write', 'the log holds a read', spec.name);
    if (logTimeMs > this.logTimeMs) this.#advanceTo(logTimeMs);
    this.store.removeExpired();
    if (session === null) return spec.run(this.store, args, this.logTimeMs);
    return this.sessions.runOnce(session, this.logTimeMs, () =>
      spec.run(this.store, args, this.logTimeMs),
    );
  }

  #applyTime(logTimeMs: number): Reply {
    if (logTimeMs > this.logTimeMs) this.#advanceTo(logTimeMs);
    this.store.removeExpired();
    return okReply;
  }

  /**
   * Runs a read on the current state. The caller decides whether that state is recent enough.
   * @param nowMs The log time by now, which is at or past that of the latest entry; TTL shows it.
   */
  read({ spec, args }: Command, nowMs = this.logTimeMs): Reply {
    assert(spec.kind === 'read', 'a write was passed as a read', spec.name);
    return spec.run(this.store, args, nowMs);
  }

  /** Must be called when a new term begins: no part of an earlier term can follow any more. */
  termBegins(): void {
    this.parts.clear();
  }

  /**
   * Begins a snapshot of the current state, which is read slice by slice while writes continue. Old
   * values of keys that change meanwhile are kept in memory until they are read. Only one snapshot
   * may exist at a time.
   */
  beginSnapshot(): StateMachineSnapshot {
    return new StateMachineSnapshot(this.store, this.sessions, this.parts.unfinished);
  }

  #advanceTo(logTimeMs: number): void {
    this.store.advanceTo(logTimeMs);
    this.sessions.expire(logTimeMs);
  }
}
