import type { NodeId } from './types.js';

/** How one node runs Raft. Times are virtual milliseconds, as `tick` brings them. */
export interface RaftOptions {
  readonly id: NodeId;
  /** Each wait for a leader is drawn from [min, max) anew (3.4). */
  readonly electionTimeoutMsMin: number;
  readonly electionTimeoutMsMax: number;
  readonly heartbeatIntervalMs: number;
  /** Ask before a term is started whether the election could be won (9.6). */
  readonly preVote: boolean;
  /** A leader that hears no majority steps down (6.2), and a live leader is not disturbed (4.2.3). */
  readonly checkQuorum: boolean;
  /** A lost connection to the leader counts as an election timeout. */
  readonly fastFailover: boolean;
  /** Entries in one AppendEntries; a single larger entry still goes, alone. */
  readonly appendBytesMax: number;
  /** AppendEntries under way to one peer before the leader waits for answers. */
  readonly inflightMessagesMax: number;
  readonly inflightBytesMax: number;
  /** Entries in one write to the disk; a single larger entry still goes, alone. */
  readonly persistBytesMax: number;
  /** Entries that are handed to the state machine at once. */
  readonly applyEntriesMax: number;
  /** Entries behind a snapshot that stay in the log, for peers that are a little slow. */
  readonly trailingBytesMax: number;
  /** Data in one chunk of a snapshot. */
  readonly snapshotChunkBytesMax: number;
  /** Entries in memory; a leader takes no more, as the snapshots do not keep up. */
  readonly logBytesMax: number;
  /** How far a learner may be behind when it becomes a voter (4.2.1). */
  readonly promotionLagEntriesMax: number;
  /** Entries that a leader takes without knowing them committed. */
  readonly uncommittedBytesMax: number;
  /** Reads, or batches of them, that wait for a heartbeat round. */
  readonly readsWaitingMax: number;
  /** Messages that wait for the disk; beyond, the oldest is lost as if by the network. */
  readonly outboxMessagesMax: number;
  /** Another in each life of the node. */
  readonly prngSeed: number;
}

export const defaultRaftOptions: Omit<RaftOptions, 'id' | 'prngSeed'> = {
  electionTimeoutMsMin: 300,
  electionTimeoutMsMax: 600,
  heartbeatIntervalMs: 50,
  preVote: true,
  checkQuorum: true,
  fastFailover: false,
  appendBytesMax: 256 * 1024,
  inflightMessagesMax: 64,
  inflightBytesMax: 8 * 1024 * 1024,
  persistBytesMax: 4 * 1024 * 1024,
  applyEntriesMax: 1024,
  trailingBytesMax: 8 * 1024 * 1024,
  snapshotChunkBytesMax: 128 * 1024,
  logBytesMax: 1024 * 1024 * 1024,
  promotionLagEntriesMax: 1024,
  uncommittedBytesMax: 128 * 1024 * 1024,
  readsWaitingMax: 4096,
  outboxMessagesMax: 4096,
};
