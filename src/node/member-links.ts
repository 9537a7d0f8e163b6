/**
 * Links a node to its peers when no supervisor does. A node dials a member first at the address that
 * the member announced, then at those that other members named, then at the one in the configuration
 * in force. None of the three is always the newest: the node's log may be behind, and so may a
 * member that was asked. replica/member-addresses.ts makes the leader log a new address.
 */

import { type Address, formatAddress, parseAddress } from '../control/index.js';
import type { Configuration, NodeId } from '../raft/index.js';
import type { AdvertisedAddresses, TcpTransport } from '../transport/index.js';

type AddressTable = Map<NodeId, Address>;
type Links = Pick<TcpTransport, 'link' | 'stopRedialing' | 'isLinked'>;

/** How many addresses named by other members are tried; an older one is forgotten. */
const namedAddressesMax = 4;

/** The addresses at which the members serve clients. */
export interface ClientAddresses {
  readonly resp: AddressTable;
  readonly http: AddressTable;
}

/** A member, and whether messages to it can be sent now. */
export interface MemberLink {
  readonly id: NodeId;
  readonly addresses: readonly Address[];
  readonly isLinked: boolean;
}

export class MemberLinks {
  readonly #tcp: Links;
  readonly #addresses: ClientAddresses;
  /** The Raft addresses that peers announced when they connected. */
  readonly #observedAddresses = new Map<NodeId, Address>();
  /** The Raft addresses that other members named when they were asked, the latest first. */
  readonly #namedAddresses = new Map<NodeId, readonly Address[]>();
  /** The members other than this node, each with its address in the configuration. */
  readonly #members = new Map<NodeId, string>();
  readonly #self: NodeId;

  constructor(self: NodeId, tcp: Links, addresses: ClientAddresses) {
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
    this.#link(peer);
    const isNonMember = this.#members.size > 0 && !this.#members.has(peer);
    if (isNonMember) this.#tcp.stopRedialing(peer);
  }

  /** Looks for members also where another member says that they are. */
  handleNamedAddresses(addresses: ReadonlyMap<NodeId, Address>): void {
    for (const [member, address] of addresses) {
      if (!this.#members.has(member) || this.#tcp.isLinked(member)) continue;
      if (this.#addressesOf(member).some((known) => isSame(known, address))) continue;
      const named = [address, ...(this.#namedAddresses.get(member) ?? [])];
      this.#namedAddresses.set(member, named.slice(0, namedAddressesMax));
      this.#link(member);
    }
  }

  /** The members other than this node. */
  get members(): readonly MemberLink[] {
    return [...this.#members.keys()].map((id) => ({
      id,
      addresses: this.#addressesOf(id),
      isLinked: this.#tcp.isLinked(id),
    }));
  }

  #updateMember(member: NodeId, text: string): void {
    if (member === this.#self || this.#members.get(member) === text) return;
    this.#members.set(member, text);
    this.#link(member);
  }

  #removeMember(member: NodeId): void {
    this.#members.delete(member);
    this.#observedAddresses.delete(member);
    this.#namedAddresses.delete(member);
    this.#tcp.stopRedialing(member);
  }

  #link(peer: NodeId): void {
    const [first, ...others] = this.#addressesOf(peer);
    if (first) this.#tcp.link(peer, first, ...others);
  }

  /** Returns where a peer may be, each address once. */
  #addressesOf(peer: NodeId): Address[] {
    const configured = parseAddress(this.#members.get(peer) ?? '');
    const named = this.#namedAddresses.get(peer) ?? [];
    const known = [this.#observedAddresses.get(peer), ...named, configured];
    const present = known.filter((address) => address != null);
    return present.filter((one, at) => present.findIndex((other) => isSame(one, other)) === at);
  }
}

function isSame(one: Address, other: Address): boolean {
  return formatAddress(one) === formatAddress(other);
}

function setOrDelete(addresses: AddressTable, peer: NodeId, address: Address | null): void {
  if (address) addresses.set(peer, address);
  else addresses.delete(peer);
}
