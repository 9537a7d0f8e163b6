/**
 * Checks the answers to clients against the committed log: writes, sessions and linearizability.
 * For the answers to operators see admin-requests.ts.
 */

import {
  type Command,
  CommandParts,
  decodeCommand,
  decodePart,
  decodeTime,
  type Reply,
  type SessionSerial,
} from '../../../src/kv/index.js';
import { sessionTtlMs } from '../../../src/kv/sessions.js';
import type { Entry, LogIndex, RaftState } from '../../../src/raft/index.js';
import type { Answer } from '../../../src/replica/index.js';
import type { SimNode } from '../node.js';
import type { Operation } from '../operation.js';
import { type Invariant, violate } from '../violation.js';
import type { Committed } from './committed.js';
import { isSameReply, replyText } from './replies.js';

/** What a client was answered for the latest write of its session. */
interface SessionAnswer {
  readonly serial: number;
  readonly reply: Reply;
  readonly index: number;
}

/** The large writes of one leader. */
interface LargeWritesOfTerm {
  readonly term: number;
  readonly parts: CommandParts;
}

/**
 * The committed log is the order of writes. So a history is linearizable if each read matches the
 * state at an index that is no lower than any index that a client had seen before it was sent.
 * Placing each read at the lowest such index demands the least of later reads.
 */
export class Clients {
  readonly #committed: Committed;
  #observedIndex = 0;
  /** The latest answered write of each session, by session id. */
  readonly #sessionAnswers = new Map<string, SessionAnswer>();
  readonly #largeWrites = new Map<SimNode['index'], LargeWritesOfTerm>();
  #repeated = 0;
  #writesDone = 0;
  #readsDone = 0;

  constructor(committed: Committed) {
    this.#committed = committed;
  }

  /** The highest index whose effect a client has seen. */
  get observedIndex(): number {
    return this.#observedIndex;
  }

  /** The number of repeated answers to writes of sessions. */
  get repeated(): number {
    return this.#repeated;
  }

  get writesDone(): number {
    return this.#writesDone;
  }

  get readsDone(): number {
    return this.#readsDone;
  }

  /**
   * Called when a node has handled a request. A new entry in its log must be the request's. Returns
   * the request when it is logged.
   */
  afterRequest(
    node: SimNode,
    operation: Operation,
    raft: Readonly<RaftState>,
    lastIndexBefore: number,
  ): Operation[] {
    operation.handledAtMs = raft.nowMs;
    operation.connection.client.newWriteIndexes = [];
    return appendedCommands(raft, lastIndexBefore).map((entry) => {
      if (!isOf(entry.data, operation)) violateOrigin(node, entry);
      return recordLogged(operation, entry, raft);
    });
  }

  /**
   * Called when a node has taken effects. A leader may have appended parts of large writes, and
   * requests that were held behind them. Returns the requests that are logged now.
   */
  afterAppends(
    node: SimNode,
    raft: Readonly<RaftState>,
    lastIndexBefore: number,
    answers: readonly Answer[],
  ): Operation[] {
    const answered = new Set(answers.map(({ request }) => request as Operation));
    const open = [...node.openOperations].filter((operation) => !answered.has(operation));
    const logged: Operation[] = [];
    for (const entry of appendedCommands(raft, lastIndexBefore)) {
      const part = decodePart(entry.data);
      const parts = part ? this.#partsOf(node, entry.term).take(part) : [entry.data];
      if (parts === null) continue;
      const operation = loggedAt(open, entry, parts.join(''));
      if (!operation) violateOrigin(node, entry);
      logged.push(recordLogged(operation, entry, raft));
      releaseBehind(operation, raft.nowMs);
    }
    for (const { connection } of open) connection.client.newWriteIndexes = [];
    return logged;
  }

  #partsOf({ index }: SimNode, term: number): CommandParts {
    const known = this.#largeWrites.get(index);
    if (known?.term === term) return known.parts;
    const parts = new CommandParts();
    this.#largeWrites.set(index, { term, parts });
    return parts;
  }

  /** Called when an answer reaches its client. */
  afterAnswer(node: SimNode, { request, outcome }: Answer): void {
    const operation = request as Operation;
    const { connection, status } = operation;
    if (connection.node !== node || connection.life !== node.life || status !== 'open') {
      violate('answered-once', `${node.id} answers ${operation.number}, which is ${status}`);
    }
    operation.outcome = outcome;
    operation.answeredAtIndex = this.#committed.lastIndex;
    switch (outcome.type) {
      case 'notLeader':
      case 'overloaded':
      case 'outOfMemory':
        operation.status = 'failed';
        if (operation.index > 0) {
          violate('failed-not-logged', `${operation.number} failed, but is in the log`);
        }
        releaseBehind(operation, node.replica?.raftState.nowMs ?? 0);
        break;
      case 'uncertain':
        operation.status = 'unknown';
        break;
      default:
        operation.status = 'done';
        if (operation.command.spec.kind === 'write') this.#checkWrite(operation, outcome);
        else this.#checkRead(operation);
    }
  }

  #checkWrite(operation: Operation, reply: Reply): void {
    const { number, index, term, command } = operation;
    if (index === 0) {
      const refusal = command.spec.check?.(command.args);
      if (refusal && isSameReply(refusal, reply)) return;
      violate('acknowledged-once', `${number} is acknowledged, but was never logged`);
    }
    const committed = this.#committed.at(index);
    if (committed?.entry.term !== term) {
      violate('acknowledged-once', `${number} is acknowledged, but ${index} is not committed`);
    }
    if (operation.session) this.#checkOnce(operation.session, reply, index);
    if (!committed.reply || !isSameReply(committed.reply, reply)) {
      violate('state-machine-safety', `${number} is answered with ${replyText(reply)}`);
    }
    this.#writesDone += 1;
    this.#observedIndex = Math.max(this.#observedIndex, index);
    this.#checkEarlyReads(operation);
  }

  /** Checks that a write of a session gets the same answer however often it is sent. */
  #checkOnce({ id, serial }: SessionSerial, reply: Reply, index: number): void {
    const earlier = this.#sessionAnswers.get(id);
    if (earlier?.serial !== serial) {
      if (serial > (earlier?.serial ?? 0)) this.#sessionAnswers.set(id, { serial, reply, index });
      return;
    }
    this.#repeated += 1;
    const passedMs = Math.abs(this.#logTimeAt(index) - this.#logTimeAt(earlier.index));
    if (passedMs >= sessionTtlMs || isSameReply(earlier.reply, reply)) return;
    violate('exactly-once', `${id} ${serial} gets a different answer, ${replyText(reply)}`);
  }

  #logTimeAt(index: number): number {
    return this.#committed.machineAt(index)?.logTimeMs ?? 0;
  }

  /** Checks reads that were sent after this write but answered before it. */
  #checkEarlyReads({ connection, position, index }: Operation): void {
    for (const later of connection.operations) {
      const isRead = later.command.spec.kind === 'read';
      if (later.position < position || !isRead || later.status !== 'done') continue;
      this.#findIndex(later, index, later.answeredAtIndex, 'read-your-writes');
    }
  }

  #checkRead(operation: Operation): void {
    const { readMode } = operation.client;
    const ownIndex = ownWriteIndex(operation);
    const last = this.#committed.lastIndex;
    this.#readsDone += 1;
    if (readMode === 'local') {
      this.#findIndex(operation, ownIndex, last, 'read-your-writes');
      return;
    }
    const invariant = readMode === 'lease' ? 'lease-reads' : 'linearizable-reads';
    const index = this.#findIndex(operation, operation.observedIndex, last, invariant);
    this.#observedIndex = Math.max(this.#observedIndex, index);
    if (ownIndex > index) this.#findIndex(operation, ownIndex, last, 'read-your-writes');
  }

  /** Returns the lowest index in [from, to] at which the read gives the answer that it got. */
  #findIndex(operation: Operation, from: number, to: number, invariant: Invariant): number {
    const reply = operation.outcome as Reply;
    for (let index = from; index <= to; index += 1) {
      const machine = this.#committed.machineAt(index);
      if (machine && isRightReply(operation.command, machine.read(operation.command), reply))
        return index;
    }
    const { number, connection } = operation;
    const node = connection.node.id;
    violate(
      invariant,
      `read ${number} at ${node} gives ${replyText(reply)}, unlike every state from ${from} to ${to}`,
    );
  }
}

/**
 * Returns the commands and parts of commands that a leader has appended. It may have stepped down
 * since.
 */
function appendedCommands({ log }: Readonly<RaftState>, lastIndexBefore: number): Entry[] {
  if (log.lastIndex <= lastIndexBefore) return [];
  const first = (lastIndexBefore + 1) as LogIndex;
  const entries = log.slice(first, log.lastIndex, Number.POSITIVE_INFINITY);
  return entries.filter(({ kind, data }) => kind === 'command' && decodeTime(data) === null);
}

/** Returns the request that a new entry holds, on the connection for which the node logged it. */
function loggedAt(
  open: readonly Operation[],
  { index }: Entry,
  data: string,
): Operation | undefined {
  return open.find(
    (operation) =>
      operation.index === 0 &&
      operation.connection.client.newWriteIndexes.includes(index) &&
      isOf(data, operation),
  );
}

function recordLogged(
  operation: Operation,
  entry: Entry,
  { nowMs }: Readonly<RaftState>,
): Operation {
  operation.index = entry.index;
  operation.term = entry.term;
  operation.handledAtMs = nowMs;
  return operation;
}

/** Counts the waiting time of later requests anew, since they may have been held behind this one. */
function releaseBehind({ connection, position }: Operation, nowMs: number): void {
  for (const later of connection.operations.slice(position + 1)) {
    later.handledAtMs = nowMs;
    later.overdueSinceMs = null;
  }
}

function violateOrigin({ id }: SimNode, { index }: Entry): never {
  violate('acknowledged-once', `${id} logs something other than a request at ${index}`);
}

function isOf(data: string, { command, session }: Operation): boolean {
  const logged = decodeCommand(data);
  if (logged.spec !== command.spec || logged.args.length !== command.args.length) return false;
  const isSame = logged.args.every((arg, at) => arg === command.args[at]);
  const { id, serial } = logged.session ?? {};
  return isSame && id === session?.id && serial === session?.serial;
}

/** Returns the highest index of the connection's earlier writes that were acknowledged. */
function ownWriteIndex({ connection, position }: Operation): number {
  let index = 0;
  for (let at = 0; at < position; at += 1) {
    const earlier = connection.operations[at];
    const isWrite = earlier?.command.spec.kind === 'write';
    if (earlier && isWrite && earlier.status === 'done') index = Math.max(index, earlier.index);
  }
  return index;
}

/** TTL counts down between the entries, so that it may say less than the state alone tells. */
function isRightReply({ spec }: Command, expected: Reply, reply: Reply): boolean {
  const isLifetime = spec.name === 'ttl' || spec.name === 'pttl';
  if (!isLifetime || expected.type !== 'integer' || reply.type !== 'integer') {
    return isSameReply(expected, reply);
  }
  if (expected.value < 0) return reply.value === expected.value;
  return reply.value >= 0 && reply.value <= expected.value;
}
