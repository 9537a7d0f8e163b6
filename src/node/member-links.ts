/**
 * Links a node to its peers when no supervisor does. An address comes from the configuration in
 * force, or from a peer that connects and announces its own. The announced address is newer, and
 * the only one while this node's log does not reach the configuration that its peer uses.
 */

import { type Address, parseAddress } from '../control/index.js';
import type { Configuration, NodeId } from '../raft/index.js';
import type { AdvertisedAddresses, TcpTransport } from '../transport/index.js';

type AddressTable = Map<NodeId, Address>;

/** The addresses at which the members serve clients. */
export interface ClientAddresses {
  readonly resp: AddressTable;
  readonly http: AddressTable;
}

export class MemberLinks {
  readonly #tcp: Pick<TcpTransport, 'link' | 'stopRedialing'>;
  readonly #addresses: ClientAddresses;
  /** The Raft addresses that peers announced when they connected. */
  readonly #observedAddresses = new Map<NodeId, Address>();
  /** The members other than this node, each with its address in the configuration. */
  readonly #members = new Map<NodeId, string>();
  readonly #self: NodeId;

  constructor(
    self: NodeId,
    tcp: Pick<TcpTransport, 'link' | 'stopRedialing'>,
    addresses: ClientAddresses,
  ) {
    this.#self = self;
    this.#tcp = tcp;
    this.#addresses = addresses;
  }

  /** Links new and moved members, and stops dialling removed ones. */
  updateConfiguration({ addresses }: Configuration): void {
    if (!addresses) return;
    for (const [member, text] of Object.entries(addresses)) {
      this.#updateMember(member as NodeId, text);
    }
    for (const member of [...this.#members.keys()]) {
      if (addresses[member] === undefined) this.#removeMember(member);
    }
  }

  /** A peer that is not a member is linked, so that it gets replies, but is not dialled again. */
  handlePeerConnected(peer: NodeId, { raft, resp, http }: AdvertisedAddresses): void {
    setOrDelete(this.#addresses.resp, peer, resp);
    setOrDelete(this.#addresses.http, peer, http);
    this.#observedAddresses.set(peer, raft);
    this.#tcp.link(peer, raft);
    const isNonMember = this.#members.size > 0 && !this.#members.has(peer);
    if (isNonMember) this.#tcp.stopRedialing(peer);
  }

  #updateMember(member: NodeId, text: string): void {
    if (member === this.#self || this.#members.get(member) === text) return;
    this.#members.set(member, text);
    const address = this.#observedAddresses.get(member) ?? parseAddress(text);
    if (address) this.#tcp.link(member, address);
  }

  #removeMember(member: NodeId): void {
    this.#members.delete(member);
    this.#observedAddresses.delete(member);
    this.#tcp.stopRedialing(member);
  }
}

function setOrDelete(addresses: AddressTable, peer: NodeId, address: Address | null): void {
  if (address) addresses.set(peer, address);
  else addresses.delete(peer);
}
