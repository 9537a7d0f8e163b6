/** The state of one simulated node outside its replica: disk, clock, inbox and faults. */

import {
  beforeLog,
  type Configuration,
  type NodeId,
  nodeId,
  noTerm,
} from '../../src/raft/index.js';
import type { Input, Replica } from '../../src/replica/index.js';
import type { SimAdminRequest } from './admin-request.js';
import { VirtualDisk } from './disk.js';
import { NodeClock } from './node-clock.js';
import type { Operation } from './operation.js';

/** The largest number of messages that wait for a paused or busy node. Further ones are lost. */
const inboxMessagesMax = 200;

/** A node: its disk, and the replica that runs on it while the node is alive. */
export class SimNode {
  readonly index: number;
  readonly id: NodeId;
  disk: VirtualDisk;
  /** Counts the disks that the node has had. A new disk is not bound by earlier votes. */
  diskNumber = 0;
  /**
   * The sequence number at the wipe. Earlier messages are lost: a new server has new connections.
   */
  wipedAtSequence = 0;
  replica: Replica | null = null;
  /** Counts the lives of the node. Events of an earlier life are dropped. */
  life = 0;
  clock = new NodeClock(0, 0, 1);
  /** The node is busy or paused until then, and handles no input. */
  busyUntilMs = 0;
  /** When the node's next tick comes. */
  tickAtMs = Number.POSITIVE_INFINITY;
  /** True when effects are ready that the last turn did not take. */
  hasMore = false;
  /** How many effects the node still carries out before it crashes. -1 when no crash is planned. */
  effectsUntilCrash = -1;
  /** The factor by which the disk is slower than usual. */
  diskSlowness = 1;
  /** When the last operation that its disk has begun will be complete. */
  diskBusyUntilMs = 0;
  /** True when the node will crash around its next install of a snapshot. */
  crashesAtInstall = false;
  readonly openOperations = new Set<Operation>();
  readonly openAdminRequests = new Set<SimAdminRequest>();
  #inbox: Input[] = [];
  #inboxMessages = 0;
  #hasTick = false;

  constructor(index: number, configuration: Configuration) {
    this.index = index;
    this.id = nodeIdOf(index);
    this.disk = newDisk(configuration);
  }

  /** Replaces the disk with an empty one, as of a new server that knows of no cluster. */
  wipe(sequence: number): void {
    this.disk = newDisk(noMembers);
    this.diskNumber += 1;
    this.wipedAtSequence = sequence;
  }

  get hasInput(): boolean {
    return this.#inbox.length > 0;
  }

  /** Ends the life of the node. Only its disk survives. */
  die(): void {
    this.replica = null;
    this.life += 1;
    this.busyUntilMs = 0;
    this.tickAtMs = Number.POSITIVE_INFINITY;
    this.hasMore = false;
    this.effectsUntilCrash = -1;
    this.crashesAtInstall = false;
    this.takeInbox();
    this.openAdminRequests.clear();
    for (const operation of this.openOperations) operation.status = 'unknown';
    this.openOperations.clear();
  }

  /** Adds an input to the inbox. Returns false when the input is dropped. */
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

/** The configuration of a node that belongs to no cluster. */
export const noMembers: Configuration = { voters: [], learners: [] };

function newDisk(configuration: Configuration): VirtualDisk {
  const base = { index: beforeLog, term: noTerm, configuration };
  const hardState = { currentTerm: noTerm, votedFor: null };
  return new VirtualDisk({ hardState, snapshot: base, base, entries: [] });
}

export function nodeIdOf(index: number): NodeId {
  return nodeId(`n${index + 1}`);
}
