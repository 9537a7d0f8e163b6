/** The parts of a node that its commands use: settings, replica, connections and counters. */

import type { Address, NodeSettings } from '../control/index.js';
import type { AdminOutcome, NodeId } from '../raft/index.js';
import type { AdminRequest, Replica } from '../replica/index.js';
import type { Connection } from './connection.js';

export interface NodeContext {
  readonly settings: NodeSettings;
  readonly replica: Replica;
  /** The addresses at which the members, including this node, serve clients. */
  readonly addresses: ReadonlyMap<NodeId, Address>;
  readonly connections: ReadonlySet<Connection>;
  readonly startedAtMs: number;
  /** It does not follow the calendar, which an administrator may set back. */
  readonly uptimeMs: number;
  readonly counters: Counters;
  /** Submits an admin command to the replica, which settles it later. */
  admin(request: NodeAdminRequest): void;
}

/** An admin command from a client or from the supervisor. */
export interface NodeAdminRequest extends AdminRequest {
  settle(outcome: AdminOutcome): void;
}

/** Counts since this life began. */
export interface Counters {
  connectionsReceived: number;
  connectionsRejected: number;
  commandsProcessed: number;
}

interface KnownLeader {
  readonly id: NodeId;
  readonly address: Address;
}

/** Returns the leader that this node knows, or null when it knows no leader or no address of it. */
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
