import { type Address, parseAddress } from '../control/index.js';
import type { Configuration, NodeId } from '../raft/index.js';
import type { AdvertisedAddresses, TcpTransport } from '../transport/index.js';

type AddressTable = Map<NodeId, Address>;

/** Where the members serve clients. */
export interface ClientAddresses {
  readonly resp: AddressTable;
  readonly http: AddressTable;
}

/**
 * Links a node to its peers where no supervisor does: by the addresses that the configuration in
 * force holds, and by what a peer that calls says of itself. The latter is newer, and all there is
 * while this node's log does not reach the configuration that its caller goes by.
 */
export class MemberLinks {
  readonly #tcp: Pick<TcpTransport, 'link' | 'stopRedialing'>;
  readonly #addresses: ClientAddresses;
  /** Where peers have called from. */
  readonly #observedAddresses = new Map<NodeId, Address>();
  /** Members, each with the address in the configuration. */
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

  /** The configuration in force is another one. */
  updateConfiguration({ addresses }: Configuration): void {
    if (!addresses) return;
    for (const [member, text] of Object.entries(addresses)) {
      this.#updateMember(member as NodeId, text);
    }
    for (const member of [...this.#members.keys()]) {
      if (addresses[member] === undefined) this.#removeMember(member);
    }
  }

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
