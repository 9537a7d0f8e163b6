import { Prng, unreachable } from '../base/index.js';
import { encodeCommand, encodeTime, StateMachine } from '../kv/index.js';
import {
  type ChunkRequest,
  type DurableState,
  type Entry,
  entryBytes,
  type LogIndex,
  type Message,
  type NodeId,
  Raft,
  type RaftOptions,
  type RaftState,
  type ReadResult,
  type SnapshotChunk,
} from '../raft/index.js';
import type { AdminRequest } from './admin-request.js';
import type { Effects } from './effects.js';
import { PendingAdminRequests } from './pending-admin-requests.js';
import { PendingReads, type ReadIndexRequest } from './pending-reads.js';
import { PendingWrites } from './pending-writes.js';
import type { Answer, Outcome, Request } from './request.js';
import { Snapshots } from './snapshots.js';

export type Input =
  | { readonly type: 'clock'; readonly nowMs: number }
  | { readonly type: 'tick' }
  /** The election timer runs out before its time. */
  | { readonly type: 'electionTimeout' }
  | { readonly type: 'message'; readonly message: Message }
  | { readonly type: 'persisted' }
  | { readonly type: 'request'; readonly request: Request }
  | { readonly type: 'admin'; readonly request: AdminRequest }
  /** The disk's answer to one of `Effects.chunkQuestions`; null: it is in force no more. */
  | {
      readonly type: 'chunk';
      readonly request: ChunkRequest;
      readonly chunk: SnapshotChunk | null;
    }
  | { readonly type: 'peerLost'; readonly peer: NodeId };

export interface ReplicaOptions extends RaftOptions {
  /** A write that is not committed by then is answered `uncertain`, a read `notLeader`. */
  readonly requestTimeoutMs: number;
  /** An admin command that is not done by then is answered `timedOut`. */
  readonly adminTimeoutMs: number;
  /** Where the state machine holds as much, a write that may add to it is refused. */
  readonly maxMemoryBytes: number;
  /** Log since the last snapshot that calls for the next, or as much as the state, if that is more. */
  readonly snapshotLogBytesMin: number;
  readonly snapshotLogEntriesMin: number;
}

interface LogTimeAnchor {
  readonly baseMs: number;
  readonly sinceMs: number;
}

const outOfMemory: Outcome = { type: 'outOfMemory' };
const overloaded: Outcome = { type: 'overloaded' };

/**
 * One node, without the world around it: inputs in, effects out. The driver carries the effects out
 * with a real disk, network and clock, the simulator with virtual ones.
 */
export class Replica {
  readonly #options: ReplicaOptions;
  readonly #raft: Raft;
  readonly #adminRequests: PendingAdminRequests;
  readonly #snapshots: Snapshots;
  readonly #writes = new PendingWrites();
  readonly #reads: PendingReads;
  #leadership: RaftState['leadership'] = null;
  #answers: Answer[] = [];
  #machine: StateMachine;
  /** Of the entries that were applied since the last snapshot began. */
  #appliedBytes = 0;
  #logTimeAnchor: LogTimeAnchor = { baseMs: 0, sinceMs: 0 };

  /** `machine` is the state of the snapshot in force. */
  constructor(
    options: ReplicaOptions,
    durable: DurableState,
    nowMs: number,
    machine = new StateMachine(),
  ) {
    this.#options = options;
    this.#raft = new Raft(options, durable, nowMs);
    this.#machine = machine;
    this.#adminRequests = new PendingAdminRequests(this.#raft);
    this.#snapshots = new Snapshots(this.#raft, options.snapshotChunkBytesMax);
    this.#reads = new PendingReads(new Prng(options.prngSeed));
  }

  /** For onlookers. */
  get raftState(): Readonly<RaftState> {
    return this.#raft.state;
  }

  /** The state machine, as it is now. */
  get machine(): StateMachine {
    return this.#machine;
  }

  /** When a `tick` does something next, unless something else comes before. */
  get nextDeadlineMs(): number {
    return Math.min(
      this.#raft.nextDeadlineMs,
      this.#adminRequests.nextDeadlineMs,
      this.#writes.nextDeadlineMs,
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
      case 'electionTimeout':
        this.#raft.forceElectionTimeout();
        break;
      case 'message':
        this.#raft.step(input.message);
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

  takeEffects(): Effects {
    this.#requestReads(this.#reads.takeGathered(this.raftState, this.#deadlineMs()));
    this.#adminRequests.proceed();
    this.#snapshots.proceed();
    const ready = this.#raft.drainReady();
    // In this order: `lastApplied` already counts what is applied here, and reads trust it.
    for (const entry of ready.committed) this.#apply(entry);
    for (const result of ready.readResults) this.#handleReadResult(result);
    this.#maybeSnapshot();
    const answers = this.#answers;
    this.#answers = [];
    const { persist, messages, events, chunkRequests } = ready;
    const hasMore =
      this.raftState.lastApplied < this.raftState.commitIndex || this.#snapshots.hasMore;
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

  /** Entries that a snapshot stands for are never applied here, so what waits for them is told. */
  #replaceMachine(): void {
    this.#machine = this.#snapshots.takeRestored();
    this.#appliedBytes = 0;
    for (const request of this.#reads.takeWaitingUpTo(this.raftState.snapshot.index)) {
      this.#read(request);
    }
  }

  /** 5: when the log has grown enough, or on demand. */
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
    const metadata = { logTimeMs: this.#logTimeMs(), session: request.session };
    const index = this.#raft.propose(encodeCommand(request.command, metadata));
    request.client.lastWriteIndex = index;
    const { currentTerm: term } = this.raftState;
    this.#writes.add(index, { request, term, deadlineMs: this.#deadlineMs() });
  }

  /** Why a write is not even proposed, or null. */
  #writeRefusal({ command: { spec, args } }: Request): Outcome | null {
    if (!this.raftState.leadership) return this.#notLeader();
    const leader = this.#raft.transferTarget;
    if (leader !== null) return { type: 'notLeader', leader };
    const { maxMemoryBytes } = this.#options;
    if (spec.growsMemory && this.machine.store.usedBytes >= maxMemoryBytes) return outOfMemory;
    if (this.#raft.isOverloaded) return overloaded;
    return spec.check?.(args) ?? null;
  }

  #apply(entry: Entry): void {
    const { index, kind, data } = entry;
    this.#appliedBytes += entryBytes(entry);
    if (kind === 'command') {
      const reply = this.machine.apply(data);
      const request = this.#writes.take(entry);
      if (request) this.#answer(request, reply);
    }
    for (const { request } of this.#reads.takeWaitingFor(index)) this.#read(request);
  }

  #read(request: Request): void {
    this.#answer(request, this.machine.read(request.command));
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

  /** A read sees what is committed and what its own connection wrote before it. */
  #readAt(request: Request, readIndex: LogIndex): void {
    const index = Math.max(readIndex, this.#ownWriteIndex(request)) as LogIndex;
    if (index <= this.raftState.lastApplied) this.#read(request);
    else this.#reads.waitFor(index, request, this.#deadlineMs());
  }

  /** A write beyond the end of the log is one that was lost with an earlier leadership. */
  #ownWriteIndex({ client }: Request): LogIndex | 0 {
    return client.lastWriteIndex <= this.raftState.log.lastIndex ? client.lastWriteIndex : 0;
  }

  /** What was proposed by a leadership that is over may or may not be committed by the next. */
  #handleLeadershipChange(): void {
    this.#leadership = this.raftState.leadership;
    this.#logTimeAnchor = { baseMs: this.machine.logTimeMs, sinceMs: this.raftState.nowMs };
    for (const request of this.#writes.takeAll()) {
      this.#answer(request, { type: 'uncertain', reason: 'leadership lost while committing log' });
    }
  }

  #expire(): void {
    const { nowMs } = this.raftState;
    for (const request of this.#writes.takeExpired(nowMs)) {
      this.#answer(request, { type: 'uncertain', reason: 'no quorum answered in time' });
    }
    for (const request of this.#reads.takeExpired(nowMs)) {
      this.#answer(request, { type: 'notLeader', leader: null });
    }
    if (this.#reads.isEmpty) return;
    this.#requestReads(this.#reads.takeRetries(this.raftState, this.#retryMs));
  }

  get #retryMs(): number {
    return 2 * this.#options.heartbeatIntervalMs;
  }

  /** Log time moves with the log alone: where that rests, a key that is due would stay. */
  #maybeProposeTime(): void {
    if (this.#nextTimeProposalMs() <= this.raftState.nowMs)
      this.#raft.propose(encodeTime(this.#logTimeMs()));
  }

  /** When this leader logs the time next: once a key is due. */
  #nextTimeProposalMs(): number {
    const { leadership, log, lastApplied, nowMs } = this.raftState;
    const { nextDeadlineMs } = this.machine.store;
    const isIdle = leadership && !leadership.transfer && lastApplied === log.lastIndex;
    if (!isIdle || nextDeadlineMs === null) return Number.POSITIVE_INFINITY;
    return nowMs + Math.max(0, nextDeadlineMs - this.#logTimeMs());
  }

  /**
   * The time that a leader puts into an entry: the highest that it has applied, and what has passed
   * since. That may be behind the log when it is elected, and rises with what it applies then. No
   * calendar is asked, so no clock can jump.
   */
  #logTimeMs(): number {
    const { logTimeMs } = this.machine;
    const { nowMs } = this.raftState;
    const { baseMs, sinceMs } = this.#logTimeAnchor;
    const ownMs = Math.floor(baseMs + nowMs - sinceMs);
    if (ownMs >= logTimeMs) return ownMs;
    this.#logTimeAnchor = { baseMs: logTimeMs, sinceMs: nowMs };
    return logTimeMs;
  }

  #deadlineMs(): number {
    return this.raftState.nowMs + this.#options.requestTimeoutMs;
  }

  /** A leader refuses a read only where too many wait. */
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
