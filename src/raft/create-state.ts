import { Prng } from '../base/index.js';
import { checkConfiguration } from './configuration.js';
import { RaftLog } from './log.js';
import type { RaftOptions } from './options.js';
import { resetElectionTimer } from './roles.js';
import type { RaftState } from './state.js';
import { type DurableState, noTerm } from './types.js';

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

/** What it heard just before a crash is forgotten, but its leader's lease stands on it (6.4.1). */
function mayHaveHeardLeader({ hardState }: DurableState): boolean {
  return hardState.currentTerm > noTerm;
}
