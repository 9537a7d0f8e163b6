/** A Raft with a disk in memory, which a test steps by hand, and the setups of its disk. */

import assert from 'node:assert/strict';
import type { ByteString } from '../../src/base/bytes.js';
import { crc32cOfString } from '../../src/base/crc.js';
import {
  type AddressesById,
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

/** The disk of a node and its options. A log is a list of terms, as in Figure 3.6. */
export interface NodeSetup {
  readonly id?: NodeId;
  readonly voters?: readonly NodeId[];
  readonly learners?: readonly NodeId[];
  readonly addresses?: AddressesById;
  readonly log?: readonly number[];
  /** The last entry that its snapshot covers, after which the log begins. */
  readonly base?: { readonly index: number; readonly term: number };
  readonly chunks?: readonly ByteString[];
  /** The term of the last entry where none is given. */
  readonly currentTerm?: number;
  readonly votedFor?: NodeId | null;
  readonly options?: Partial<RaftOptions>;
}

/** Returns an entry for each term, from index `first` on. */
export function entriesOf(terms: readonly number[], first = 1): Entry[] {
  return terms.map((term, at) => ({
    index: (first + at) as LogIndex,
    term: term as Term,
    kind: 'command',
    data: `${first + at} of term ${term}`,
  }));
}

/** Returns the chunks of a snapshot with these data. */
export function chunksOf(data: readonly ByteString[]): SnapshotChunk[] {
  let checksum = 0;
  return data.map((bytes, number) => {
    checksum = crc32cOfString(bytes, checksum);
    return { number, data: bytes, checksum, isLast: number === data.length - 1 };
  });
}

/** Returns one chunk of a snapshot with these data. */
export function chunkOf(data: readonly ByteString[], number = 0): SnapshotChunk {
  const chunk = chunksOf(data)[number];
  assert.ok(chunk, `the snapshot has no chunk ${number}`);
  return chunk;
}

export function storeOf(setup: NodeSetup): MemoryStore {
  const { voters = [n1, n2, n3], learners = [], log = [], base = { index: 0, term: 0 } } = setup;
  const { currentTerm = log.at(-1) ?? base.term, votedFor = null } = setup;
  const { addresses } = setup;
  const configuration = { voters, learners, ...(addresses ? { addresses } : {}) };
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

/** Returns the chunk on the disk, or null when the snapshot in force is another one. */
export function chunkIn(store: MemoryStore, request: ChunkRequest): SnapshotChunk | null {
  const { snapshot } = store.state;
  if (snapshot.index !== request.snapshotIndex) return null;
  return store.chunks[request.number] ?? null;
}

/** Raft as in the paper, without the additions of chapters 6 and 9. */
export const bare: Partial<RaftOptions> = { preVote: false, checkQuorum: false };

/** A test takes each step by hand, or lets the node `run` until nothing is left to do. */
export class Node {
  readonly id: NodeId;
  readonly store: MemoryStore;
  readonly options: RaftOptions;
  readonly committed: Entry[] = [];
  readonly readResults: ReadResult[] = [];
  readonly events: RaftEvent[] = [];
  /** The requests to the disk that are not answered yet. */
  readonly chunkRequests: ChunkRequest[] = [];
  /** The chunks so far of the snapshot that a leader sends. */
  readonly received: SnapshotChunk[] = [];
  /** The data of the snapshots that have replaced the state in this life. */
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

  /** Moves the node's clock on, and runs its timers. */
  wait(ms: number): void {
    this.setClock(this.state.nowMs + ms);
    this.tick();
  }

  step(...messages: readonly Message[]): void {
    for (const message of messages) this.raft.step(message);
    this.#receive();
  }

  /** Takes one Ready: starts its write, keeps its results, and returns its messages. */
  take(): readonly Message[] {
    const ready = this.raft.drainReady();
    if (ready.persist) this.#writing = ready.persist;
    this.committed.push(...ready.committed);
    this.readResults.push(...ready.readResults);
    this.chunkRequests.push(...ready.chunkRequests);
    this.events.push(...ready.events);
    return ready.messages;
  }

  /** Completes the write in flight. */
  sync(): void {
    if (this.#writing) this.store.write(this.#writing);
    this.#writing = null;
    this.raft.persisted();
    this.#receive();
  }

  /** Lets the disk answer all requests for chunks. */
  readChunks(): void {
    for (const request of this.chunkRequests.splice(0)) {
      this.raft.sendChunk(request, chunkIn(this.store, request));
    }
  }

  /** Takes a snapshot of all that is applied, with these chunks. */
  snapshot(...data: readonly ByteString[]): Message[] {
    this.raft.beginSnapshot();
    return data.flatMap((bytes, at) => {
      this.raft.stageChunk(bytes, at === data.length - 1);
      return this.run();
    });
  }

  /** Runs turns until nothing is left to do, and returns the messages to send. */
  run(): Message[] {
    const sent: Message[] = [];
    for (;;) {
      sent.push(...this.take());
      if (this.#writing) this.sync();
      else if (this.chunkRequests.length > 0) this.readChunks();
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

  /** Crashes and restarts the node: memory and an unsynced write are lost. */
  restart(): void {
    this.#writing = null;
    for (const memory of [this.committed, this.chunkRequests, this.received, this.restored]) {
      memory.length = 0;
    }
    this.raft = new Raft(this.options, this.store.state, this.state.nowMs);
  }
}

/** Makes `node` win the next term by the votes of all others, and returns what it then sends. */
export function makeLeader(node: Node): Message[] {
  node.wait(node.options.electionTimeoutMsMax);
  for (let sent = node.run(); ; sent = node.run()) {
    if (node.state.role === 'leader') return sent;
    assert.ok(sent.length > 0, 'the node asks for no vote');
    for (const { type, from, to, term } of sent) {
      if (type === 'PreVote') node.step(preVoteReply(to, from, term, true));
      if (type === 'RequestVote') node.step(requestVoteReply(to, from, term, true));
    }
  }
}
