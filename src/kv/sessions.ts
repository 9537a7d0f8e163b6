import { assert, type ByteString } from '../base/index.js';
import { errorReply, type Reply } from './reply.js';

/** A session is forgotten so long after its last use, in log time. */
export const sessionTtlMs = 60 * 60 * 1000;
/** Beyond so many, the one whose last use is the longest ago is forgotten. */
export const sessionsMax = 10_000;
export const sessionIdBytesMax = 256;
/** A longer reply is not kept, so that all sessions together take 80 MiB at most. */
export const keptReplyBytesMax = 8 * 1024;

const staleSerialReply = errorReply('ERR stale session serial');
const replyNotKept = errorReply(
  'ERR the reply to this session serial was too long to keep: the command ran, once',
);

/** What a client puts on a command that must not run twice. */
export interface SessionSerial {
  /** Chosen by the client, unlike any other's: 1 to sessionIdBytesMax bytes. */
  readonly id: ByteString;
  /** A whole number that rises from command to command; gaps are fine. */
  readonly serial: number;
}

/** The latest command of a session, and what it was answered. */
export interface Session extends SessionSerial {
  readonly reply: Reply;
  readonly lastUsedMs: number;
}

/**
 * The sessions of clients (6.3): a command that comes through the log a second time is answered as
 * the first time and changes nothing.
 *
 * This is promised while the session is known: for sessionTtlMs of log time after its last use,
 * and while not more than sessionsMax others are used after it. A session begins with its first
 * use, so a retry that comes later runs again: a client that can't know whether its command ran
 * gives up before.
 */
export class Sessions {
  /** In order of last use, which is the order of `lastUsedMs` too: log time never falls. */
  readonly #sessions = new Map<ByteString, Session>();

  get size(): number {
    return this.#sessions.size;
  }

  has(id: ByteString): boolean {
    return this.#sessions.has(id);
  }

  /** Those used the longest ago first. */
  values(): IterableIterator<Session> {
    return this.#sessions.values();
  }

  /** Forgets those that were not used for sessionTtlMs. */
  expire(logTimeMs: number): void {
    for (const { id, lastUsedMs } of this.#sessions.values()) {
      if (logTimeMs - lastUsedMs < sessionTtlMs) return;
      this.#sessions.delete(id);
    }
  }

  /** The reply of `run`, which is called only if this serial is a new one. */
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

  /** Makes a session the one that was used last. */
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
