import {
  beforeLog,
  type Configuration,
  type NodeId,
  nodeId,
  noTerm,
} from '../../src/raft/index.js';
import type { Input, Replica } from '../../src/replica/index.js';
import type { SimOrder } from './admin-request.js';
import { VirtualDisk } from './disk.js';
import { NodeClock } from './node-clock.js';
import type { Operation } from './operation.js';

/** Messages that wait for a node that is paused or busy; more are lost, as a full buffer loses. */
const inboxMessagesMax = 200;

/** One place in the cluster: its disk, and the life that runs on it, if any. */
export class SimNode {
  readonly index: number;
  readonly id: NodeId;
  disk: VirtualDisk;
  /** Counts the disks: one that was wiped keeps no promise. */
  disks = 0;
  /** The last event that was for its old disk: a new server has new connections. */
  newSince = 0;
  replica: Replica | null = null;
  /** Counts the lives; what was meant for an earlier one is lost. */
  life = 0;
  clock = new NodeClock(0, 0, 1);
  /** Until then it takes no input: it is at work, or paused. */
  busyUntilMs = 0;
  /** When it looks at its timers next. */
  tickAtMs = Number.POSITIVE_INFINITY;
  /** Effects are ready that were not taken in its last turn. */
  hasMore = false;
  /** Effects that it still carries out before it dies, or -1 for as long as nothing kills it. */
  effectsToLive = -1;
  /** How many times longer than usual its disk takes. */
  diskSlowness = 1;
  /** It dies around its next install of a snapshot. */
  diesAtInstall = false;
  readonly openOperations = new Set<Operation>();
  readonly openOrders = new Set<SimOrder>();
  #inbox: Input[] = [];
  #inboxMessages = 0;
  #hasTick = false;

  constructor(index: number, configuration: Configuration) {
    this.index = index;
    this.id = nodeIdOf(index);
    this.disk = newDisk(configuration);
  }

  /** It comes back as a new server that knows of no cluster. */
  wipe(sequence: number): void {
    this.disk = newDisk(nobody);
    this.disks += 1;
    this.newSince = sequence;
  }

  get hasInput(): boolean {
    return this.#inbox.length > 0;
  }

  /** What is left of it is its disk. */
  die(): void {
    this.replica = null;
    this.life += 1;
    this.busyUntilMs = 0;
    this.tickAtMs = Number.POSITIVE_INFINITY;
    this.hasMore = false;
    this.effectsToLive = -1;
    this.diesAtInstall = false;
    this.takeInbox();
    this.openOrders.clear();
    for (const operation of this.openOperations) operation.status = 'unknown';
    this.openOperations.clear();
  }

  /** Tells whether there was room. */
  offer(input: Input): boolean {
    if (input.type === 'tick') {
      if (this.#hasTick) return false;
      this.#hasTick = true;
    } else if (input.type === 'message') {
      if (this.#inboxMessages >= inboxMessagesMax) return false;
      this.#inboxMessages += 1;
    }
    this.#inbox.push(input);
    return true;
  }

  takeInbox(): Input[] {
    const inputs = this.#inbox;
    this.#inbox = [];
    this.#inboxMessages = 0;
    this.#hasTick = false;
    return inputs;
  }
}

/** What a node outside the cluster begins with. */
export const nobody: Configuration = { voters: [], learners: [] };

function newDisk(configuration: Configuration): VirtualDisk {
  const base = { index: beforeLog, term: noTerm, configuration };
  const hardState = { currentTerm: noTerm, votedFor: null };
  return new VirtualDisk({ hardState, snapshot: base, base, entries: [] });
}

export function nodeIdOf(index: number): NodeId {
  return nodeId(`n${index + 1}`);
}
