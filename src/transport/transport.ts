import type { Message, NodeId } from '../raft/index.js';

/**
 * What carries messages to the peers. Like any network it may lose, delay and reorder them, and
 * Raft copes; it never forges or alters one. `send` never throws.
 */
export interface Transport {
  send(messages: readonly Message[]): void;
  close(): Promise<void>;
}

export interface TransportHandlers {
  onMessage(message: Message): void;
  /** The other end of a link is gone: its process died, or its connection broke. */
  onPeerLost(peer: NodeId): void;
}

/** Messages by the peer that they are for, in order. */
export function groupByPeer(messages: readonly Message[]): Map<NodeId, Message[]> {
  const groups = new Map<NodeId, Message[]>();
  for (const message of messages) {
    const group = groups.get(message.to);
    if (group) group.push(message);
    else groups.set(message.to, [message]);
  }
  return groups;
}
