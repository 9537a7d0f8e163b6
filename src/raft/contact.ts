/**
 * How recently a leader was in contact with each peer and with a majority. CheckQuorum (6.2) and the
 * protection of live leaders (4.2.3) rely on this; leases rely on answered rounds alone (6.4.1).
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import type { AppendEntriesReply } from './messages.js';
import type { Progress } from './progress.js';
import { reachedByMajority } from './quorum.js';
import type { Leadership, RaftState, Rounds } from './state.js';

/**
 * Records what a reply tells. An answer to a new round proves contact after that round began.
 * Behind a large log on a slow link the next round arrives late, so a reply that acknowledges more
 * entries of an answered round counts too: the peer is alive, and gets on.
 */
export function recordContact(
  state: RaftState,
  { rounds }: Leadership,
  progress: Progress,
  { round, matchIndex }: AppendEntriesReply,
): void {
  if (round > progress.ackedRound) {
    progress.contactAtMs = Math.max(progress.contactAtMs, startOf(rounds, round));
  } else if (matchIndex > progress.matchIndex) {
    progress.contactAtMs = state.nowMs;
  }
}

/** Records that a peer has acknowledged further chunks of a snapshot, whatever its round is. */
export function recordChunkContact({ nowMs }: RaftState, progress: Progress): void {
  progress.contactAtMs = nowMs;
}

/** A round that is confirmed already is no news to a majority, so its exact start is not needed. */
function startOf({ unconfirmed, confirmedStartMs }: Rounds, round: number): number {
  return unconfirmed.find(({ number }) => number === round)?.startMs ?? confirmedStartMs;
}

/**
 * Returns the time until which a majority, this leader included, was in contact with it. Infinity
 * when the leader alone is a majority.
 */
export function majorityContactMs(state: Readonly<RaftState>, leadership: Leadership): number {
  return reachedByMajority(
    state.configuration.voters.map((voter) =>
      voter === state.id
        ? Number.POSITIVE_INFINITY
        : (leadership.progress.get(voter)?.contactAtMs ?? Number.NEGATIVE_INFINITY),
    ),
  );
}
