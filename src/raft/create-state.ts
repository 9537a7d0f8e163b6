/**
 * Builds the state with which a node starts a life, from what its disk holds (3.8).
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import { Prng } from '../base/index.js';
import { checkConfiguration } from './configuration.js';
import { RaftLog } from './log.js';
import type { RaftOptions } from './options.js';
import { resetElectionTimer } from './roles.js';
import type { RaftState } from './state.js';
import { type DurableState, noTerm } from './types.js';

/**
 * Every node starts as a follower that knows no leader (3.4).
 * @throws {LetoError} LETO_ASSERTION when the log or the configuration is not well-formed.
 */
export function createState(options: RaftOptions, durable: DurableState, nowMs: number): RaftState {
  checkConfiguration(durable.base.configuration);
  const log = new RaftLog(durable.base, durable.entries);
  const state: RaftState = {
    id: options.id,
    options,
    prng: new Prng(options.prngSeed),
    currentTerm: durable.hardState.currentTerm,
    votedFor: durable.hardState.votedFor,
    log,
    snapshot: durable.snapshot,
    role: 'follower',
    leaderId: null,
    commitIndex: durable.snapshot.index,
    lastApplied: durable.snapshot.index,
    get configuration() {
      return this.log.configuration;
    },
    nowMs,
    electionDeadlineMs: 0,
    electionTimeoutMs: 0,
    leaderHeardAtMs: mayHaveHeardLeader(durable) ? nowMs : Number.NEGATIVE_INFINITY,
    votes: new Map(),
    leadership: null,
    following: null,
    durable: { hardState: durable.hardState, lastIndex: log.lastIndex, writing: null },
    staging: null,
    outbox: [],
    readResults: [],
    chunkRequests: [],
    receivedChunks: [],
    hasInstalledSnapshot: false,
    events: [],
  };
  resetElectionTimer(state);
  return state;
}

/**
 * A crash makes a node forget that it has just heard from a leader, but that leader's lease relies
 * on it (6.4.1). So a node that has ever seen a term starts as if it had heard from a leader now.
 */
function mayHaveHeardLeader({ hardState }: DurableState): boolean {
  return hardState.currentTerm > noTerm;
}
