/**
 * The settings of one node's Raft: timeouts, safety features, and limits of all that can grow.
 * Times are virtual milliseconds, as `Raft.setClock` brings them.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import type { NodeId } from './types.js';

/** The settings of one node. They are fixed for one life of the node, and nodes may differ. */
export interface RaftOptions {
  readonly id: NodeId;
  /** Each election timeout is drawn anew from [min, max) (3.4). */
  readonly electionTimeoutMsMin: number;
  readonly electionTimeoutMsMax: number;
  readonly heartbeatIntervalMs: number;
  /** Before a node starts a term, it asks whether it could win the election (9.6). */
  readonly preVote: boolean;
  /** A leader without a majority steps down (6.2), and a live leader is not disturbed (4.2.3). */
  readonly checkQuorum: boolean;
  /** A lost connection to the leader counts as an election timeout. */
  readonly fastFailover: boolean;
  /** The size of a command that is one entry. The caller of `Raft.propose` splits a larger one. */
  readonly commandBytesPerEntryMax: number;
  /** The size of the entries in one AppendEntries. A single larger entry is still sent, alone. */
  readonly appendBytesMax: number;
  /** The size of the entries that are sent to all peers in one turn. At least each gets one message. */
  readonly sendBytesPerTurnMax: number;
  /** The AppendEntries in flight to one peer before the leader waits for replies (10.2.2). */
  readonly inflightMessagesMax: number;
  /** The size of the entries in flight to one peer before the leader waits for replies. */
  readonly inflightBytesMax: number;
  /** The size of the entries in one disk write. A single larger entry is still written, alone. */
  readonly persistBytesMax: number;
  /** The number of entries that are handed to the state machine in one turn. */
  readonly applyEntriesMax: number;
  /** The size of the covered entries that a snapshot leaves in the log, for slightly slow peers. */
  readonly trailingBytesMax: number;
  /** The size of the data in one chunk of a snapshot. */
  readonly snapshotChunkBytesMax: number;
  /** The chunks in flight to one peer before the leader waits for replies. */
  readonly snapshotChunksInflightMax: number;
  /** The size of the log in memory at which a leader refuses commands: snapshots do not keep up. */
  readonly logBytesMax: number;
  /** The number of entries that a learner may lack when it becomes a voter (4.2.1). */
  readonly promotionLagEntriesMax: number;
  /** The size of the uncommitted entries at which a leader refuses commands. */
  readonly uncommittedBytesMax: number;
  /** The number of reads, or batches of reads, that may wait for a heartbeat round. */
  readonly readsWaitingMax: number;
  /** The number of messages that may wait for the disk. Beyond it the oldest is dropped. */
  readonly outboxMessagesMax: number;
  /** The seed of all random choices. Every life of a node needs a different one. */
  readonly prngSeed: number;
}

export const defaultRaftOptions: Omit<RaftOptions, 'id' | 'prngSeed'> = {
  electionTimeoutMsMin: 300,
  electionTimeoutMsMax: 600,
  heartbeatIntervalMs: 50,
  preVote: true,
  checkQuorum: true,
  fastFailover: false,
  commandBytesPerEntryMax: 256 * 1024,
  appendBytesMax: 256 * 1024,
  sendBytesPerTurnMax: 2 * 1024 * 1024,
  inflightMessagesMax: 64,
  inflightBytesMax: 8 * 1024 * 1024,
  persistBytesMax: 4 * 1024 * 1024,
  applyEntriesMax: 1024,
  trailingBytesMax: 8 * 1024 * 1024,
  snapshotChunkBytesMax: 128 * 1024,
  snapshotChunksInflightMax: 32,
  logBytesMax: 1024 * 1024 * 1024,
  promotionLagEntriesMax: 1024,
  uncommittedBytesMax: 128 * 1024 * 1024,
  readsWaitingMax: 4096,
  outboxMessagesMax: 4096,
};
