import type { Message, NodeId, RaftState } from '../../../src/raft/index.js';
import type { SimNode } from '../node.js';
import { violate } from '../violation.js';

/** At most one node ever leads a term (3.4), and no node votes twice in one (3.8). */
export class Elections {
  /** The node that led a term, for ever. */
  readonly #leaderOfTerm: (number | undefined)[] = [];
  readonly #leadership: (RaftState['leadership'] | undefined)[] = [];
  /** Whom a node told that it votes for, by term and node. */
  readonly #votes = new Map<number, NodeId>();
  #elections = 0;

  /** Elections won, by anybody. */
  get count(): number {
    return this.#elections;
  }

  isLeaderOf(term: number, node: SimNode): boolean {
    return this.#leaderOfTerm[term] === node.index;
  }

  /** Tells whether the node has just won an election. */
  afterInput(node: SimNode, raft: Readonly<RaftState>): boolean {
    const { leadership, currentTerm } = raft;
    if (leadership === this.#leadership[node.index]) return false;
    this.#leadership[node.index] = leadership;
    if (leadership === null) return false;
    const leader = this.#leaderOfTerm[currentTerm];
    if (leader !== undefined) {
      violate('election-safety', `n${leader + 1} and ${node.id} both won term ${currentTerm}`);
    }
    this.#leaderOfTerm[currentTerm] = node.index;
    this.#elections += 1;
    return true;
  }

  afterCrash(node: SimNode): void {
    this.#leadership[node.index] = null;
  }

  /** A vote counts from when it is told; what a crash erased before that was never given. */
  afterMessage(node: SimNode, message: Message): void {
    if (message.type === 'RequestVote') this.#vote(node, message.term, message.from);
    if (message.type !== 'RequestVoteReply' || !message.voteGranted) return;
    this.#vote(node, message.term, message.to);
  }

  #vote(node: SimNode, term: number, candidate: NodeId): void {
    const key = term * 16 + node.index;
    const before = this.#votes.get(key);
    if (before === undefined) this.#votes.set(key, candidate);
    else if (before !== candidate) {
      violate('one-vote-a-term', `${node.id} votes for ${before} and ${candidate} in term ${term}`);
    }
  }
}
