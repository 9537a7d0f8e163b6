import assert from 'node:assert/strict';
import type { ByteString } from '../../src/base/bytes.js';
import { crc32cOfString } from '../../src/base/crc.js';
import {
  beforeLog,
  type ChunkRequest,
  defaultRaftOptions,
  type Entry,
  type LogBase,
  type LogIndex,
  type Message,
  type NodeId,
  nodeId,
  noTerm,
  type Persist,
  Raft,
  type RaftEvent,
  type RaftOptions,
  type RaftState,
  type ReadResult,
  type SnapshotChunk,
  type Term,
} from '../../src/raft/index.js';
import { MemoryStore } from '../../src/storage/memory-store.js';
import { preVoteReply, requestVoteReply } from './messages.js';

export const n1 = nodeId('n1');
export const n2 = nodeId('n2');
export const n3 = nodeId('n3');
export const n4 = nodeId('n4');
export const n5 = nodeId('n5');

/** What a node finds on its disk, and how it runs. A log is a list of terms, as in Figure 3.6. */
export interface NodeSetup {
  readonly id?: NodeId;
  readonly voters?: readonly NodeId[];
  readonly learners?: readonly NodeId[];
  readonly log?: readonly number[];
  /** Its snapshot, where the log begins, and what that holds, chunk by chunk. */
  readonly base?: { readonly index: number; readonly term: number };
  readonly chunks?: readonly ByteString[];
  /** The term of the last entry where none is given. */
  readonly currentTerm?: number;
  readonly votedFor?: NodeId | null;
  readonly options?: Partial<RaftOptions>;
}

/** One entry of each term, from index `first` on. */
export function entriesOf(terms: readonly number[], first = 1): Entry[] {
  return terms.map((term, at) => ({
    index: (first + at) as LogIndex,
    term: term as Term,
    kind: 'command',
    data: `${first + at} of term ${term}`,
  }));
}

/** Data cut into the chunks of a snapshot. */
export function chunksOf(data: readonly ByteString[]): SnapshotChunk[] {
  let checksum = 0;
  return data.map((bytes, number) => {
    checksum = crc32cOfString(bytes, checksum);
    return { number, data: bytes, checksum, isLast: number === data.length - 1 };
  });
}

/** The chunk of that number. */
export function chunkOf(data: readonly ByteString[], number = 0): SnapshotChunk {
  const chunk = chunksOf(data)[number];
  assert.ok(chunk, `the snapshot has no chunk ${number}`);
  return chunk;
}

export function storeOf(setup: NodeSetup): MemoryStore {
  const { voters = [n1, n2, n3], learners = [], log = [], base = { index: 0, term: 0 } } = setup;
  const { currentTerm = log.at(-1) ?? base.term, votedFor = null } = setup;
  const configuration = { voters, learners };
  const genesis = { index: beforeLog, term: noTerm, configuration };
  const hardState = { currentTerm: currentTerm as Term, votedFor };
  const store = new MemoryStore({ hardState, snapshot: genesis, base: genesis, entries: [] });
  const { chunks = [`all up to ${base.index}`] } = setup;
  if (base.index > 0) install(store, { ...base, configuration } as LogBase, chunks);
  store.write({ hardState: null, entries: entriesOf(log, base.index + 1), snapshot: null });
  return store;
}

function install(store: MemoryStore, snapshot: LogBase, data: readonly ByteString[]): void {
  for (const chunk of chunksOf(data)) {
    const install = chunk.isLast ? { snapshot, base: snapshot, keepsLog: false } : null;
    store.write({ hardState: null, entries: [], snapshot: { chunk, install } });
  }
}

/** What the disk answers to a leader that sends its snapshot. */
export function chunkIn(store: MemoryStore, question: ChunkRequest): SnapshotChunk | null {
  const { snapshot } = store.state;
  if (snapshot.index !== question.snapshotIndex) return null;
  return store.chunks[question.number] ?? null;
}

/** The paper's Raft, without what chapters 6 and 9 add. */
export const bare: Partial<RaftOptions> = { preVote: false, checkQuorum: false };

/** A Raft and its disk. A test takes each step by hand, or lets the node `run` until it rests. */
export class Node {
  readonly id: NodeId;
  readonly store: MemoryStore;
  readonly options: RaftOptions;
  readonly committed: Entry[] = [];
  readonly readResults: ReadResult[] = [];
  readonly events: RaftEvent[] = [];
  /** What the disk is asked for, and has not answered. */
  readonly chunkQuestions: ChunkRequest[] = [];
  /** Of the snapshot that a leader sends. */
  readonly received: SnapshotChunk[] = [];
  /** Data of the snapshots that have taken the place of the state in this life. */
  readonly restored: ByteString[] = [];
  raft: Raft;
  #writing: Persist | null = null;

  constructor(setup: NodeSetup = {}) {
    this.id = setup.id ?? n1;
    const prngSeed = Number(this.id.slice(1));
    this.options = { ...defaultRaftOptions, id: this.id, prngSeed, ...setup.options };
    this.store = storeOf(setup);
    this.raft = new Raft(this.options, this.store.state, 0);
  }

  get state(): Readonly<RaftState> {
    return this.raft.state;
  }

  /** The log as a list of terms. */
  get log(): number[] {
    const { log } = this.state;
    return log.slice(log.firstIndex, log.lastIndex, Number.POSITIVE_INFINITY).map((e) => e.term);
  }

  get isWriting(): boolean {
    return this.#writing !== null;
  }

  setClock(nowMs: number): void {
    this.raft.setClock(nowMs);
  }

  tick(): void {
    this.raft.tick();
  }

  /** Its clock moves on, and its timers run. */
  wait(ms: number): void {
    this.setClock(this.state.nowMs + ms);
    this.tick();
  }

  step(...messages: readonly Message[]): void {
    for (const message of messages) this.raft.step(message);
    this.#receive();
  }

  /** One Ready: its write begins, the rest is kept, and what it sends is returned. */
  take(): readonly Message[] {
    const ready = this.raft.drainReady();
    if (ready.persist) this.#writing = ready.persist;
    this.committed.push(...ready.committed);
    this.readResults.push(...ready.readResults);
    this.chunkQuestions.push(...ready.chunkRequests);
    this.events.push(...ready.events);
    return ready.messages;
  }

  /** The write under way reaches the disk. */
  sync(): void {
    if (this.#writing) this.store.write(this.#writing);
    this.#writing = null;
    this.raft.persisted();
    this.#receive();
  }

  /** The disk answers what it was asked for. */
  readChunks(): void {
    for (const question of this.chunkQuestions.splice(0)) {
      this.raft.sendChunk(question, chunkIn(this.store, question));
    }
  }

  /** A snapshot of its own, of all that is applied, is written chunk by chunk. */
  snapshot(...data: readonly ByteString[]): Message[] {
    this.raft.beginSnapshot();
    return data.flatMap((bytes, at) => {
      this.raft.stageChunk(bytes, at === data.length - 1);
      return this.run();
    });
  }

  run(): Message[] {
    const sent: Message[] = [];
    for (;;) {
      sent.push(...this.take());
      if (this.#writing) this.sync();
      else if (this.chunkQuestions.length > 0) this.readChunks();
      else if (this.state.lastApplied === this.state.commitIndex) return sent;
    }
  }

  #receive(): void {
    for (const chunk of this.raft.takeReceivedChunks()) {
      if (chunk.number === 0) this.received.length = 0;
      this.received.push(chunk);
    }
    if (!this.raft.takeHasInstalledSnapshot()) return;
    this.restored.push(this.received.map(({ data }) => data).join(''));
    this.received.length = 0;
  }

  /** A crash: memory is lost, and so is a write that is not synced. */
  restart(): void {
    this.#writing = null;
    for (const memory of [this.committed, this.chunkQuestions, this.received, this.restored]) {
      memory.length = 0;
    }
    this.raft = new Raft(this.options, this.store.state, this.state.nowMs);
  }
}

/** `node` wins an election of the next term by everybody's vote; returns what it then sends. */
export function makeLeader(node: Node): Message[] {
  node.wait(node.options.electionTimeoutMsMax);
  for (let sent = node.run(); ; sent = node.run()) {
    if (node.state.role === 'leader') return sent;
    assert.ok(sent.length > 0, 'nobody is asked for a vote');
    for (const { type, from, to, term } of sent) {
      if (type === 'PreVote') node.step(preVoteReply(to, from, term, true));
      if (type === 'RequestVote') node.step(requestVoteReply(to, from, term, true));
    }
  }
}
