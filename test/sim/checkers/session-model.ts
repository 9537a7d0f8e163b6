/** A simple model of sessions, which checks that each write runs once (6.3). */

import {
  CommandParts,
  decodeCommand,
  decodePart,
  decodeTime,
  type Reply,
  type StateMachine,
} from '../../../src/kv/index.js';
import { sessionTtlMs } from '../../../src/kv/sessions.js';
import { violate } from '../violation.js';
import { copyOf } from './machine-copy.js';
import { isSameReply, replyText } from './replies.js';
import { isSameStore } from './state-machine.js';

/** The latest write of a session. */
interface Latest {
  readonly serial: number;
  readonly reply: Reply;
  readonly usedMs: number;
}

/** Repeats the rules of src/kv/sessions.ts in their simplest form, without limits of memory. */
export class SessionModel {
  readonly #latest = new Map<string, Latest>();
  readonly #parts = new CommandParts();

  /** Called when a committed entry begins a term. */
  termBegins(): void {
    this.#parts.clear();
  }

  /** Checks a committed command that turned `before` into `after` with this reply. */
  check(data: string, before: StateMachine, after: StateMachine, reply: Reply): void {
    if (decodeTime(data) !== null) return;
    const part = decodePart(data);
    const whole = part ? (this.#parts.take(part)?.join('') ?? null) : data;
    if (whole === null) return;
    const { spec, args, session } = decodeCommand(whole);
    if (session === null) return;
    const { logTimeMs } = after;
    const { id, serial } = session;
    const alone = copyOf(before, logTimeMs);
    const latest = this.#latest.get(id);
    const isKnown = latest !== undefined && logTimeMs - latest.usedMs < sessionTtlMs;
    if (isKnown && serial <= latest.serial) {
      checkSameStore(id, serial, alone, after);
      const isRight =
        serial < latest.serial ? reply.type === 'error' : isSameReply(reply, latest.reply);
      if (!isRight)
        violate('exactly-once', `${id} ${serial} gets the wrong answer, ${replyText(reply)}`);
      this.#latest.set(id, { ...latest, usedMs: logTimeMs });
      return;
    }
    const expected = spec.run(alone.store, args, logTimeMs);
    checkSameStore(id, serial, alone, after);
    if (!isSameReply(expected, reply)) {
      violate('exactly-once', `${id} ${serial} gets the wrong answer, ${replyText(reply)}`);
    }
    this.#latest.set(id, { serial, reply, usedMs: logTimeMs });
  }
}

function checkSameStore(id: string, serial: number, a: StateMachine, b: StateMachine): void {
  if (isSameStore(a.store, b.store)) return;
  violate('exactly-once', `${id} ${serial} did not run exactly once`);
}
