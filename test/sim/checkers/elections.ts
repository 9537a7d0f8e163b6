/** Checks elections and votes, across crashes. The vote in memory is checked in hard-state.ts. */

import type { Message, NodeId, RaftState } from '../../../src/raft/index.js';
import { majority } from '../../../src/raft/quorum.js';
import type { SimNode } from '../node.js';
import { violate } from '../violation.js';

/** What a node knew before it handled a PreVote. */
interface Hearing {
  readonly hearsLeader: boolean;
  /** The number of messages in its outbox. */
  readonly sent: number;
}

/** Returns whether a follower has heard its leader within the smallest election timeout. */
export function hearingOf(raft: Readonly<RaftState>): Hearing {
  const { options, leaderId, leadership, nowMs, leaderHeardAtMs, outbox } = raft;
  const isFresh = nowMs - leaderHeardAtMs < options.electionTimeoutMsMin;
  const hearsLeader = options.checkQuorum && !leadership && leaderId !== null && isFresh;
  return { hearsLeader, sent: outbox.length };
}

/** Checks that at most one node ever leads a term (3.4) and no node votes twice in one (3.8). */
export class Elections {
  /** The node that has led each term. */
  readonly #leaderOfTerm: (number | undefined)[] = [];
  readonly #leadership: (RaftState['leadership'] | undefined)[] = [];
  /** The candidate that each node has granted its vote, by term and node. */
  readonly #votes = new Map<number, NodeId>();
  readonly #nodes: readonly SimNode[];
  #elections = 0;

  constructor(nodes: readonly SimNode[]) {
    this.#nodes = nodes;
  }

  /** The number of elections that were won. */
  get count(): number {
    return this.#elections;
  }

  isLeaderOf(term: number, node: SimNode): boolean {
    return this.#leaderOfTerm[term] === node.index;
  }

  /** Returns whether the node has led that term or a later one. */
  hasLedSince(term: number, id: NodeId): boolean {
    return this.#leaderOfTerm.some(
      (leader, led) => led >= term && this.#nodes[leader ?? -1]?.id === id,
    );
  }

  /** Returns whether the node has just won an election. */
  afterInput(node: SimNode, raft: Readonly<RaftState>): boolean {
    const { leadership, currentTerm } = raft;
    if (leadership === this.#leadership[node.index]) return false;
    this.#leadership[node.index] = leadership;
    if (leadership === null) return false;
    const leader = this.#leaderOfTerm[currentTerm];
    if (leader !== undefined) {
      violate('election-safety', `n${leader + 1} and ${node.id} both won term ${currentTerm}`);
    }
    this.#checkVotes(node, raft);
    this.#leaderOfTerm[currentTerm] = node.index;
    this.#elections += 1;
    return true;
  }

  /** Checks that a leader has the votes of a majority of its own configuration (3.4, 4.1). */
  #checkVotes({ id }: SimNode, { configuration, currentTerm }: Readonly<RaftState>): void {
    let votes = 0;
    for (const voter of this.#nodes) {
      if (!configuration.voters.includes(voter.id)) continue;
      const isOwn = voter.id === id && voter.disk.hardState.votedFor === id;
      if (isOwn || this.#votes.get(keyOf(voter, currentTerm)) === id) votes += 1;
    }
    if (votes >= majority(configuration.voters.length)) return;
    violate('election-safety', `${id} wins term ${currentTerm} with only ${votes} votes of voters`);
  }

  /** Checks that a node that hears a live leader grants no PreVote (4.2.3, 9.6). */
  afterPreVote({ id }: SimNode, before: Hearing, { outbox }: Readonly<RaftState>): void {
    const reply = outbox.length > before.sent ? outbox.at(-1)?.message : undefined;
    if (!before.hearsLeader || reply?.type !== 'PreVoteReply' || !reply.voteGranted) return;
    violate('undisturbed-leader', `${id} grants ${reply.to} a PreVote, but hears its leader`);
  }

  afterCrash(node: SimNode): void {
    this.#leadership[node.index] = null;
  }

  /** Records a vote when it is sent. A vote that a crash erased before that was never given. */
  afterMessage(node: SimNode, message: Message): void {
    if (message.type === 'RequestVote') this.#vote(node, message.term, message.from);
    if (message.type !== 'RequestVoteReply' || !message.voteGranted) return;
    this.#vote(node, message.term, message.to);
  }

  #vote(node: SimNode, term: number, candidate: NodeId): void {
    const key = keyOf(node, term);
    const before = this.#votes.get(key);
    if (before === undefined) this.#votes.set(key, candidate);
    else if (before !== candidate) {
      violate(
        'one-vote-per-term',
        `${node.id} votes for ${before} and ${candidate} in term ${term}`,
      );
    }
  }
}

/** Distinguishes disks, since a wiped server is a new one that has not voted. */
function keyOf({ index, diskNumber: disks }: SimNode, term: number): number {
  return (term * 64 + disks) * 8 + index;
}
