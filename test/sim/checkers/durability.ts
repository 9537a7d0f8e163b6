/** Checks that messages leave only after the state that they speak of is on disk. */

import {
  type AppendEntriesReply,
  type Entry,
  entryBytes,
  type HardState,
  type LogIndex,
  type Message,
  type NodeId,
  noTerm,
  type Persist,
  type RaftState,
  type TimeoutNow,
} from '../../../src/raft/index.js';
import type { SimNode } from '../node.js';
import { violate } from '../violation.js';

/** Checks messages against the disk of their sender, and that the disk never goes back. */
export class Durability {
  readonly #nodes: ReadonlyMap<NodeId, SimNode>;

  constructor(nodes: readonly SimNode[]) {
    this.#nodes = new Map(nodes.map((node) => [node.id, node]));
  }

  /** Checks the order contract (src/raft/ready.ts) from outside, when a message leaves. */
  beforeMessage(node: SimNode, message: Message): void {
    const { currentTerm, votedFor } = node.disk.hardState;
    if (message.from !== node.id)
      violate('valid-messages', `${node.id} sends a message as ${message.from}`);
    switch (message.type) {
      case 'PreVote':
        if (message.term > currentTerm + 1) violateTerm(node, message);
        break;
      case 'PreVoteReply':
        if (!message.voteGranted && message.term > currentTerm) violateTerm(node, message);
        break;
      case 'RequestVote':
        if (votedFor !== node.id) violateVote(node, message);
        break;
      case 'RequestVoteReply':
        if (message.voteGranted && votedFor !== message.to) violateVote(node, message);
        break;
      case 'AppendEntries':
        checkEntries(node, message.prevLogIndex, message.entries);
        break;
      case 'TimeoutNow':
        this.#checkTarget(node, message);
        break;
      case 'AppendEntriesReply':
        this.#checkMatch(node, message);
        break;
    }
    if (message.type === 'PreVote' || message.type === 'PreVoteReply') return;
    if (message.term !== currentTerm) violateTerm(node, message);
  }

  /** Called before a write completes, while the disk still has the old state. */
  beforeWritten(node: SimNode, { hardState, entries }: Persist): void {
    const before = node.disk.hardState;
    if (hardState && hardState.currentTerm < before.currentTerm) {
      violate('monotonic', `the disk of ${node.id} goes back to term ${hardState.currentTerm}`);
    }
    const isSameTerm = hardState?.currentTerm === before.currentTerm;
    if (isSameTerm && before.votedFor !== null && hardState.votedFor !== before.votedFor) {
      violate('one-vote-per-term', `the vote of ${node.id} changes in term ${before.currentTerm}`);
    }
    checkLog(node, hardState ?? before, entries);
  }

  afterStart({ id, disk }: SimNode, { currentTerm, votedFor }: Readonly<RaftState>): void {
    const { hardState } = disk;
    if (currentTerm !== hardState.currentTerm || votedFor !== hardState.votedFor) {
      violate('durable-state', `${id} starts with a term or vote that differs from its disk`);
    }
  }

  /** Checks that a transfer target has the whole log (3.10), unless a removed leader asks it. */
  #checkTarget({ id, replica }: SimNode, { to }: TimeoutNow): void {
    const target = this.#nodes.get(to)?.disk;
    if (!target || !replica?.raftState.configuration.voters.includes(id)) return;
    const { lastIndex, lastTerm } = replica.raftState.log;
    if (target.holds(lastIndex, lastTerm)) return;
    violate('valid-messages', `${id} sends TimeoutNow to ${to}, which lacks ${lastIndex}`);
  }

  /** Checks that everything up to matchIndex equals the leader's log and is synced. */
  #checkMatch(node: SimNode, { to, term, round, matchIndex, rejection }: AppendEntriesReply): void {
    const { disk } = node;
    if (matchIndex > disk.lastIndex) {
      violate(
        'durable-before-sent',
        `${node.id} claims ${matchIndex}, but only ${disk.lastIndex} is synced`,
      );
    }
    if (round === 0 || rejection !== null || matchIndex === 0) return;
    const leader = this.#nodes.get(to)?.replica?.raftState;
    if (!leader?.leadership || leader.currentTerm !== term) return;
    // What a snapshot covers is committed, so it equals the leader's log.
    if (matchIndex <= disk.snapshot.index || matchIndex < leader.log.base.index) return;
    if (leader.log.termAt(matchIndex) !== disk.termAt(matchIndex)) {
      violate(
        'durable-before-sent',
        `${node.id} claims ${matchIndex}, which differs from its leader's log`,
      );
    }
  }
}

/** Checks that a later life can start from the log that the write leaves. */
function checkLog(
  { id, disk }: SimNode,
  { currentTerm }: HardState,
  entries: readonly Entry[],
): void {
  const first = entries[0];
  if (!first) return;
  if (first.index > disk.lastIndex + 1)
    violate('durable-state', `${id} writes entries after a gap`);
  if (first.index <= disk.snapshot.index) {
    violate('durable-state', `${id} writes ${first.index}, which its snapshot covers`);
  }
  let term = disk.termAt(first.index - 1) ?? noTerm;
  for (const entry of entries) {
    if (entry.term < term) violate('durable-state', `terms fall on the disk of ${id}`);
    term = entry.term;
  }
  if (term > currentTerm) violate('durable-state', `${id} writes an entry of a later term`);
}

function violateTerm({ id, disk }: SimNode, { type, term }: Message): never {
  const { currentTerm } = disk.hardState;
  violate(
    'durable-before-sent',
    `${id} sends ${type} of term ${term}, but its synced term is ${currentTerm}`,
  );
}

function violateVote({ id, disk }: SimNode, { type }: Message): never {
  violate(
    'durable-before-sent',
    `${id} sends ${type}, but its synced vote is ${disk.hardState.votedFor}`,
  );
}

function checkEntries({ id }: SimNode, prevLogIndex: LogIndex, entries: readonly Entry[]): void {
  let index: number = prevLogIndex;
  for (const entry of entries) {
    index += 1;
    if (entry.index !== index)
      violate('valid-messages', `${id} sends entries with a gap at ${index}`);
  }
}

/** Returns whether entries keep to a limit. A single entry may exceed it. */
export function isWithinBytes(entries: readonly Entry[], bytesMax: number): boolean {
  if (entries.length <= 1) return true;
  let bytes = 0;
  for (const entry of entries) bytes += entryBytes(entry);
  return bytes <= bytesMax;
}
