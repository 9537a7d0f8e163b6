/**
 * One node of the cluster without the world around it: Raft, the state machine and the requests of
 * clients, as a pure function from inputs to effects. The driver of a node carries the effects out
 * with a real disk, network and clock, the simulator with virtual ones.
 */

import { Prng, unreachable } from '../base/index.js';
import { encodeCommand, encodeTime, StateMachine } from '../kv/index.js';
import {
  type DurableState,
  type Entry,
  entryBytes,
  type LogIndex,
  type Message,
  Raft,
  type RaftState,
  type ReadResult,
} from '../raft/index.js';
import type { Effects } from './effects.js';
import type { Input } from './input.js';
import { LargeWrites, type PartLog } from './large-writes.js';
import { LogClock } from './log-clock.js';
import { MemberAddresses } from './member-addresses.js';
import { PendingAdminRequests } from './pending-admin-requests.js';
import { PendingReads, type ReadIndexRequest } from './pending-reads.js';
import { PendingWrites } from './pending-writes.js';
import { logTimeLagMsMax, type ReplicaOptions } from './replica-options.js';
import type { Answer, Outcome, Request } from './request.js';
import { Snapshots } from './snapshots.js';

const outOfMemory: Outcome = { type: 'outOfMemory' };
const overloaded: Outcome = { type: 'overloaded' };

/**
 * Handles inputs and then gives the effects to carry out.
 *
 * @example
 * replica.handle({ type: 'clock', nowMs });
 * replica.handle({ type: 'tick' });
 * const effects = replica.takeEffects();
 */
export class Replica {
  readonly #options: ReplicaOptions;
  readonly #raft: Raft;
  readonly #adminRequests: PendingAdminRequests;
  readonly #memberAddresses: MemberAddresses;
  readonly #snapshots: Snapshots;
  readonly #writes = new PendingWrites();
  readonly #largeWrites: LargeWrites;
  readonly #reads: PendingReads;
  #leadership: RaftState['leadership'] = null;
  #answers: Answer[] = [];
  #machine: StateMachine;
  /** The size of the entries that were applied since the last snapshot began. */
  #appliedBytes = 0;
  readonly #logClock: LogClock;

  /** `durable` and `machine` are what the disk holds: `machine` is the state of its snapshot. */
  constructor(
    options: ReplicaOptions,
    durable: DurableState,
    nowMs: number,
    machine = new StateMachine(),
  ) {
    this.#options = options;
    this.#raft = new Raft(options, durable, nowMs);
    this.#machine = machine;
    this.#logClock = new LogClock(machine.logTimeMs, nowMs);
    this.#adminRequests = new PendingAdminRequests(this.#raft);
    this.#memberAddresses = new MemberAddresses(this.#raft);
    this.#snapshots = new Snapshots(this.#raft, options.snapshotChunkBytesMax);
    this.#largeWrites = new LargeWrites(options.commandBytesPerEntryMax, options.requestTimeoutMs);
    this.#reads = new PendingReads(new Prng(options.prngSeed));
  }

  /** The state of Raft, for reports and tests. It changes with every input. */
  get raftState(): Readonly<RaftState> {
    return this.#raft.state;
  }

  /** The state machine. A snapshot from a leader replaces the object. */
  get machine(): StateMachine {
    return this.#machine;
  }

  /** The time of the next `tick`, in ms of the node's clock. Other inputs may change it. */
  get nextDeadlineMs(): number {
    return Math.min(
      this.#raft.nextDeadlineMs,
      this.#adminRequests.nextDeadlineMs,
      this.#writes.nextDeadlineMs,
      this.#largeWrites.nextDeadlineMs,
      this.#reads.nextDeadlineMs(this.raftState, this.#retryMs),
      this.#nextTimeProposalMs(),
    );
  }

  handle(input: Input): void {
    switch (input.type) {
      case 'clock':
        this.#raft.setClock(input.nowMs);
        break;
      case 'tick':
        this.#raft.tick();
        this.#expire();
        this.#maybeProposeTime();
        break;
      case 'timeDisturbed':
        this.#raft.timeDisturbed();
        break;
      case 'electionTimeout':
        this.#raft.forceElectionTimeout();
        break;
      case 'message':
        this.#raft.step(input.message);
        this.#followLogTime(input.message);
        break;
      case 'persisted':
        this.#raft.persisted();
        break;
      case 'request':
        this.#handleRequest(input.request);
        break;
      case 'peerLost':
        this.#raft.peerLost(input.peer);
        break;
      case 'nodeAddress':
        this.#memberAddresses.tell(input.node, input.address);
        break;
      case 'admin':
        this.#adminRequests.add(input.request, this.raftState.nowMs + this.#options.adminTimeoutMs);
        break;
      case 'chunk':
        this.#raft.sendChunk(input.request, input.chunk);
        break;
      default:
        unreachable(input);
    }
    this.#snapshots.receive(this.#raft.takeReceivedChunks());
    if (this.#raft.takeHasInstalledSnapshot()) this.#replaceMachine();
    if (this.raftState.leadership !== this.#leadership) this.#handleLeadershipChange();
  }

  /** Returns the effects of all inputs since the last call. */
  takeEffects(): Effects {
    this.#proceedWithLargeWrites();
    this.#requestReads(this.#reads.takeGathered(this.raftState, this.#deadlineMs()));
    this.#adminRequests.proceed();
    this.#memberAddresses.proceed();
    this.#snapshots.proceed();
    this.#raft.setLogTime(this.#logTimeMs());
    const settledBefore = this.#settledConfigurationIndex;
    const ready = this.#raft.drainReady();
    // In this order, since Raft's `lastApplied` already includes these entries and reads rely on
    // it.
    for (const entry of ready.committed) this.#apply(entry);
    for (const result of ready.readResults) this.#handleReadResult(result);
    this.#maybeSnapshot();
    const answers = this.#answers;
    this.#answers = [];
    const { persist, messages, events, chunkRequests } = ready;
    // An admin command may wait for the change of members that this turn has settled.
    const isSettled = settledBefore !== this.#settledConfigurationIndex;
    const hasMore =
      this.raftState.lastApplied < this.raftState.commitIndex ||
      this.#snapshots.hasMore ||
      this.#raft.hasMoreToSend ||
      isSettled;
    const adminAnswers = this.#adminRequests.takeAnswers();
    return {
      persist,
      messages,
      answers,
      adminAnswers,
      chunkRequests,
      events,
      hasMore,
    };
  }

  get #settledConfigurationIndex(): LogIndex | null {
    return this.raftState.leadership?.settledConfigurationIndex ?? null;
  }

  /**
   * Answers the reads that wait for entries of the snapshot, since those are never applied here.
   */
  #replaceMachine(): void {
    this.#machine = this.#snapshots.takeRestored();
    this.#logClock.raise(this.machine.logTimeMs, this.raftState.nowMs);
    this.#appliedBytes = 0;
    for (const request of this.#reads.takeWaitingUpTo(this.raftState.snapshot.index)) {
      this.#read(request);
    }
  }

  /** Begins a snapshot when the log has grown enough (chapter 5), or on demand. */
  #maybeSnapshot(): void {
    if (!this.#raft.maySnapshot) return;
    const { snapshotLogBytesMin, snapshotLogEntriesMin } = this.#options;
    const { lastApplied, snapshot } = this.raftState;
    const bytesMin = Math.max(snapshotLogBytesMin, this.machine.store.usedBytes);
    const isDue =
      this.#appliedBytes >= bytesMin || lastApplied - snapshot.index >= snapshotLogEntriesMin;
    if (!isDue && !this.#adminRequests.wantsSnapshot) return;
    this.#appliedBytes = 0;
    this.#snapshots.begin(this.machine);
  }

  #handleRequest(request: Request): void {
    if (this.#largeWrites.maybeHold(request)) return;
    if (request.command.spec.kind === 'write') this.#propose(request);
    else if (request.client.readMode === 'local') this.#readAt(request, this.raftState.lastApplied);
    else this.#reads.gather(request);
  }

  #propose(request: Request): void {
    const refusal = this.#writeRefusal(request);
    if (refusal) {
      this.#answer(request, refusal);
      return;
    }
    if (this.#largeWrites.isLarge(request)) {
      this.#largeWrites.add(request, this.raftState.nowMs);
      return;
    }
    const metadata = { logTimeMs: this.#logTimeMs(), session: request.session };
    const index = this.#raft.propose(encodeCommand(request.command, metadata));
    this.#awaitCommit(request, index);
  }

  #awaitCommit(request: Request, index: LogIndex): void {
    request.client.lastWriteIndex = index;
    const { currentTerm: term } = this.raftState;
    this.#writes.add(index, { request, term, deadlineMs: this.#deadlineMs() });
  }

  /** Appends parts of large writes, but none during a transfer, like any other command (3.10). */
  #proceedWithLargeWrites(): void {
    if (!this.raftState.leadership || this.#raft.transferTarget !== null) return;
    const { commitIndex, nowMs } = this.raftState;
    const raft = this.#raft;
    const log: PartLog = {
      commitIndex,
      get isFull() {
        return raft.isOverloaded;
      },
      logTimeMs: this.#logTimeMs(),
      append: (data) => raft.propose(data),
    };
    for (;;) {
      const appended = this.#largeWrites.proceed(log, nowMs);
      if (!appended) return;
      this.#awaitCommit(appended.request, appended.index);
      this.#release(this.#largeWrites.release(appended.request.client));
    }
  }

  #release(held: readonly Request[]): void {
    for (const request of held) this.#handleRequest(request);
  }

  /** Drops the large writes and the writes behind them. None of them can take effect any more. */
  #dropLargeWrites(outcome: Outcome): void {
    for (const request of this.#largeWrites.takeAll()) {
      if (request.command.spec.kind === 'write') this.#answer(request, outcome);
      else this.#handleRequest(request);
    }
  }

  /** Returns the answer to a write that must not be proposed. Null when it may be. */
  #writeRefusal({ command: { spec, args } }: Request): Outcome | null {
    if (!this.raftState.leadership) return this.#notLeader();
    // The target of a transfer may never take over, so it is not named.
    if (this.#raft.transferTarget !== null) return { type: 'notLeader', leader: null };
    const { maxMemoryBytes } = this.#options;
    if (spec.growsMemory && this.machine.store.usedBytes >= maxMemoryBytes) return outOfMemory;
    if (this.#raft.isOverloaded || this.#largeWrites.isFull) return overloaded;
    return spec.check?.(args) ?? null;
  }

  #apply(entry: Entry): void {
    const { index, kind, data } = entry;
    this.#appliedBytes += entryBytes(entry);
    if (kind === 'noop') this.machine.termBegins();
    if (kind === 'command') {
      const reply = this.machine.apply(data);
      this.#logClock.raise(this.machine.logTimeMs, this.raftState.nowMs);
      const request = this.#writes.take(entry);
      if (request) this.#answer(request, reply);
    }
    for (const { request } of this.#reads.takeWaitingFor(index)) this.#read(request);
  }

  #read(request: Request): void {
    this.#answer(request, this.machine.read(request.command, this.#logTimeMs()));
  }

  #requestReads(indexRequests: readonly ReadIndexRequest[]): void {
    for (const { readId, proof } of indexRequests) this.#raft.requestRead(readId, proof);
  }

  #handleReadResult(result: ReadResult): void {
    for (const request of this.#reads.takeAsked(result)) {
      if (result.index === null) this.#answer(request, this.#readRefusal());
      else this.#readAt(request, result.index);
    }
  }

  /** A read must see what is committed, and what its own connection wrote before it. */
  #readAt(request: Request, readIndex: LogIndex): void {
    const index = Math.max(readIndex, this.#ownWriteIndex(request)) as LogIndex;
    if (index <= this.raftState.lastApplied) this.#read(request);
    else this.#reads.waitFor(index, request, this.#deadlineMs());
  }

  /** Ignores a write beyond the end of the log, which was lost with an earlier leadership. */
  #ownWriteIndex({ client }: Request): LogIndex | 0 {
    return client.lastWriteIndex <= this.raftState.log.lastIndex ? client.lastWriteIndex : 0;
  }

  /**
   * The next leader may or may not commit what this one proposed, so those writes are uncertain.
   */
  #handleLeadershipChange(): void {
    this.#leadership = this.raftState.leadership;
    for (const request of this.#writes.takeAll()) {
      this.#answer(request, { type: 'uncertain', reason: 'leadership lost while committing log' });
    }
    this.#dropLargeWrites(this.#notLeader());
  }

  #expire(): void {
    const { nowMs } = this.raftState;
    for (const request of this.#writes.takeExpired(nowMs)) {
      this.#answer(request, { type: 'uncertain', reason: 'no quorum answered in time' });
    }
    if (this.#largeWrites.nextDeadlineMs <= nowMs)
      this.#dropLargeWrites({ type: 'notLeader', leader: null });
    for (const request of this.#reads.takeExpired(nowMs)) {
      this.#answer(request, { type: 'notLeader', leader: null });
    }
    if (this.#reads.isEmpty) return;
    this.#requestReads(this.#reads.takeRetries(this.raftState, this.#retryMs));
  }

  get #retryMs(): number {
    return 2 * this.#options.heartbeatIntervalMs;
  }

  /** Takes over the log time that the leader tells with each AppendEntries. */
  #followLogTime(message: Message): void {
    const { leaderId, currentTerm, nowMs } = this.raftState;
    if (message.type !== 'AppendEntries' || message.from !== leaderId) return;
    if (message.term !== currentTerm) return;
    this.#logClock.follow(Math.max(message.logTimeMs, this.machine.logTimeMs), nowMs);
  }

  /** Logs the time while the log is idle; otherwise a key that is due would never expire. */
  #maybeProposeTime(): void {
    if (this.#nextTimeProposalMs() <= this.raftState.nowMs)
      this.#raft.propose(encodeTime(this.#logTimeMs()));
  }

  /** The time of the next time entry, in ms of this leader's clock. Infinity when none is due. */
  #nextTimeProposalMs(): number {
    const { leadership, log, lastApplied, nowMs } = this.raftState;
    const { nextDeadlineMs } = this.machine.store;
    const isIdle = leadership && !leadership.transfer && lastApplied === log.lastIndex;
    if (!isIdle || nextDeadlineMs === null) return Number.POSITIVE_INFINITY;
    const dueMs = Math.min(nextDeadlineMs, this.machine.logTimeMs + logTimeLagMsMax);
    return nowMs + Math.max(0, dueMs - this.#logTimeMs());
  }

  /**
   * Returns the log time for a new entry. The calendar is not used, so a jump of the system's date
   * has no effect.
   */
  #logTimeMs(): number {
    return this.#logClock.read(this.raftState.nowMs);
  }

  #deadlineMs(): number {
    return this.raftState.nowMs + this.#options.requestTimeoutMs;
  }

  /** A leader refuses a read only when too many are pending. */
  #readRefusal(): Outcome {
    return this.raftState.leadership ? overloaded : this.#notLeader();
  }

  #notLeader(): Outcome {
    return { type: 'notLeader', leader: this.raftState.leaderId };
  }

  #answer(request: Request, outcome: Outcome): void {
    this.#answers.push({ request, outcome });
  }
}
