import type { Address, NodeSettings } from '../control/index.js';
import type { AdminOutcome, NodeId } from '../raft/index.js';
import type { AdminRequest, Replica } from '../replica/index.js';
import type { Connection } from './connection.js';

/** What a node's commands may look at. */
export interface NodeContext {
  readonly settings: NodeSettings;
  readonly replica: Replica;
  /** Where the members serve clients; this node itself included. */
  readonly addresses: ReadonlyMap<NodeId, Address>;
  readonly connections: ReadonlySet<Connection>;
  readonly startedAtMs: number;
  readonly counters: Counters;
  /** Gives an admin command to the replica; it is settled later. */
  admin(request: NodeAdminRequest): void;
}

/** An admin command of a client or of the supervisor. */
export interface NodeAdminRequest extends AdminRequest {
  settle(outcome: AdminOutcome): void;
}

/** Counted since this life began. */
export interface Counters {
  connectionsReceived: number;
  connectionsRejected: number;
  commandsProcessed: number;
}

interface KnownLeader {
  readonly id: NodeId;
  readonly address: Address;
}

/** The leader that this node follows or is, if it knows one and where that listens. */
export function knownLeader({ replica, addresses }: NodeContext): KnownLeader | null {
  return leaderWithAddress(replica.raftState.leaderId, addresses);
}

export function leaderWithAddress(
  id: NodeId | null,
  addresses: NodeContext['addresses'],
): KnownLeader | null {
  const address = id === null ? undefined : addresses.get(id);
  return id === null || !address ? null : { id, address };
}
