/**
 * The sessions of clients (6.3), which make a retried write take effect once. They are part of the
 * replicated state: every node updates them when it applies an entry.
 */

import { assert, type ByteString } from '../base/index.js';
import { errorReply, type Reply } from './reply.js';

/** How long after its last use a session is forgotten, in ms of log time. */
export const sessionTtlMs = 60 * 60 * 1000;
/** When there are more sessions than this, the least recently used one is forgotten. */
export const sessionsMax = 10_000;
export const sessionIdBytesMax = 256;
/** A longer reply is not kept, so that the replies of all sessions take at most 80 MiB. */
export const keptReplyBytesMax = 8 * 1024;

const staleSerialReply = errorReply('ERR stale session serial');
const replyNotKept = errorReply(
  'ERR the command ran exactly once, but its reply was too long to keep',
);

/** What a client adds to a command that must not run twice. */
export interface SessionSerial {
  /** An id of 1 to sessionIdBytesMax bytes that the client chooses; no other client may have it. */
  readonly id: ByteString;
  /** A whole number that rises with each command; gaps are allowed. */
  readonly serial: number;
}

/** The latest command of a session and its reply. */
export interface Session extends SessionSerial {
  readonly reply: Reply;
  /** The log time of the last use, in ms. */
  readonly lastUsedMs: number;
}

/**
 * Remembers the latest command of each session. A command that is applied a second time gets the
 * first reply and changes nothing.
 *
 * This holds while the session is known: for sessionTtlMs after its last use, and while no more
 * than sessionsMax other sessions have been used since. A session begins with its first use, so a
 * later retry would run again. A client must therefore stop retrying before that.
 */
export class Sessions {
  /** Ordered by last use. That is also the order of `lastUsedMs`, since log time never falls. */
  readonly #sessions = new Map<ByteString, Session>();

  get size(): number {
    return this.#sessions.size;
  }

  has(id: ByteString): boolean {
    return this.#sessions.has(id);
  }

  /** Returns the sessions, the least recently used first. */
  values(): IterableIterator<Session> {
    return this.#sessions.values();
  }

  /** Forgets the sessions that have not been used for sessionTtlMs. */
  expire(logTimeMs: number): void {
    for (const { id, lastUsedMs } of this.#sessions.values()) {
      if (logTimeMs - lastUsedMs < sessionTtlMs) return;
      this.#sessions.delete(id);
    }
  }

  /**
   * Calls `run` when the serial is new, and returns its reply. A repeated serial gets the stored
   * reply, and a lower one an error.
   */
  runOnce({ id, serial }: SessionSerial, logTimeMs: number, run: () => Reply): Reply {
    const known = this.#sessions.get(id);
    if (known === undefined || serial > known.serial) {
      const reply = run();
      this.recordUse({ id, serial, reply: replyToKeep(reply), lastUsedMs: logTimeMs });
      return reply;
    }
    this.recordUse({ ...known, lastUsedMs: logTimeMs });
    return serial === known.serial ? known.reply : staleSerialReply;
  }

  /** Stores a session as the most recently used one, and forgets the oldest beyond sessionsMax. */
  recordUse(session: Session): void {
    this.#sessions.delete(session.id);
    this.#sessions.set(session.id, session);
    if (this.#sessions.size > sessionsMax) this.#evictOldest();
  }

  #evictOldest(): void {
    const { value } = this.#sessions.keys().next();
    assert(value !== undefined, 'there is no session to forget');
    this.#sessions.delete(value);
  }
}

function replyToKeep(reply: Reply): Reply {
  const isTooLong = reply.type === 'bulk' && reply.bytes.length > keptReplyBytesMax;
  return isTooLong ? replyNotKept : reply;
}
