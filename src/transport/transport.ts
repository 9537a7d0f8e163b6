/**
 * The interface between a node and the network to its peers. port-transport.ts and
 * tcp-transport.ts implement it; faults.ts wraps it.
 */

import type { Message, NodeId } from '../raft/index.js';

/**
 * Carries messages to the peers. Like any network, it may lose, delay and reorder them, which Raft
 * tolerates, but it never forges or alters one. `send` never throws.
 */
export interface Transport {
  send(messages: readonly Message[]): void;
  close(): Promise<void>;
}

export interface TransportHandlers {
  onMessage(message: Message): void;
  /** Called when an open link has ended: the process of the peer died, or the connection broke. */
  onPeerLost(peer: NodeId): void;
}

/** Groups messages by the peer that they are for, and keeps their order. */
export function groupByPeer(messages: readonly Message[]): Map<NodeId, Message[]> {
  const groups = new Map<NodeId, Message[]>();
  for (const message of messages) {
    const group = groups.get(message.to);
    if (group) group.push(message);
    else groups.set(message.to, [message]);
  }
  return groups;
}
