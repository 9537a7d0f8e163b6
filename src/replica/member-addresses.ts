/**
 * The addresses that this node and its connected peers announce. A leader logs an announced address
 * that the configuration does not have yet; otherwise nodes that move one after the other would lose
 * each other. node/member-links.ts decides which addresses a node dials.
 */

import {
  type AddressesById,
  type Configuration,
  isMember,
  type NodeId,
  type Raft,
  sharesAddress,
} from '../raft/index.js';

/** Keeps the announced addresses, and proposes those that the configuration lacks. */
export class MemberAddresses {
  readonly #raft: Raft;
  /** One for each open connection from a peer, and one for this node. */
  readonly #told = new Map<NodeId, string>();

  constructor(raft: Raft) {
    this.#raft = raft;
  }

  /** Null when the connection has ended: the peer may be elsewhere by now. */
  tell(node: NodeId, address: string | null): void {
    if (address === null) this.#told.delete(node);
    else this.#told.set(node, address);
  }

  /**
   * Proposes what the configuration lacks. Call it in every turn: a refused proposal is made again
   * when the change before it is committed. In a cluster without addresses a supervisor connects
   * the nodes.
   */
  proceed(): void {
    const { leadership, configuration } = this.#raft.state;
    const { addresses } = configuration;
    if (!leadership || !addresses) return;
    const moved = this.#movedMembers(configuration, addresses);
    if (moved.length > 0) this.#raft.proposeAddresses(Object.fromEntries(moved));
  }

  /**
   * Returns the members that have moved. Two that have swapped addresses move together; one that
   * tells the address of a member that has not moved is mistaken, and stays where it was.
   */
  #movedMembers(configuration: Configuration, addresses: AddressesById): [NodeId, string][] {
    let moved = [...this.#told].filter(
      ([id, address]) => isMember(configuration, id) && addresses[id] !== address,
    );
    while (moved.length > 0) {
      const next = { ...addresses, ...Object.fromEntries(moved) };
      const possible = moved.filter(([id]) => !sharesAddress(next, id));
      if (possible.length === moved.length) return moved;
      moved = possible;
    }
    return moved;
  }
}
