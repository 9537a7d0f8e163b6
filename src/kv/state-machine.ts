import { assert, type ByteString } from '../base/index.js';
import { decodeCommand, decodeTime } from './codec.js';
import type { Command } from './command.js';
import { okReply, type Reply } from './reply.js';
import { Sessions } from './sessions.js';
import { StateMachineSnapshot } from './state-machine-snapshot.js';
import { Store } from './store.js';

/**
 * The replicated state machine. `apply` is a function of the state and the entry alone, so all
 * nodes that have applied the same entries are equal and have answered the same.
 */
export class StateMachine {
  readonly store: Store;
  readonly sessions: Sessions;

  constructor(store = new Store(), sessions = new Sessions()) {
    this.store = store;
    this.sessions = sessions;
  }

  /** The highest in the log so far: the only clock of the state machine, in whole ms. */
  get logTimeMs(): number {
    return this.store.logTimeMs;
  }

  /** For a command of the log, or a time: only what is committed comes here. */
  apply(data: ByteString): Reply {
    const timeMs = decodeTime(data);
    if (timeMs !== null) return this.#applyTime(timeMs);
    const { spec, args, logTimeMs, session } = decodeCommand(data);
    assert(spec.kind === 'write', 'a read stands in the log', spec.name);
    if (logTimeMs > this.logTimeMs) this.#advanceTo(logTimeMs);
    this.store.removeExpired();
    if (session === null) return spec.run(this.store, args);
    return this.sessions.runOnce(session, this.logTimeMs, () => spec.run(this.store, args));
  }

  #applyTime(logTimeMs: number): Reply {
    if (logTimeMs > this.logTimeMs) this.#advanceTo(logTimeMs);
    this.store.removeExpired();
    return okReply;
  }

  read({ spec, args }: Command): Reply {
    assert(spec.kind === 'read', 'a write was taken for a read', spec.name);
    return spec.run(this.store, args);
  }

  /**
   * A snapshot of the state as it is now, taken slice by slice while writes go on. One at a time.
   * What changes meanwhile is kept in memory until it is taken.
   */
  beginSnapshot(): StateMachineSnapshot {
    return new StateMachineSnapshot(this.store, this.sessions);
  }

  #advanceTo(logTimeMs: number): void {
    this.store.advanceTo(logTimeMs);
    this.sessions.expire(logTimeMs);
  }
}
