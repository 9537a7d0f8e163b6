/**
 * Queries about a configuration, and its form as the data of a log entry (4.1). The rules for
 * changing the members are in membership.ts.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import { assert, type ByteString } from '../base/index.js';
import type { AddressesById, Configuration, NodeId } from './types.js';

/** A larger cluster is refused, and its stored form (src/codec) would be taken for damage. */
export const membersMax = 64;

export function isVoter(configuration: Configuration, id: NodeId): boolean {
  return configuration.voters.includes(id);
}

export function isMember(configuration: Configuration, id: NodeId): boolean {
  return isVoter(configuration, id) || configuration.learners.includes(id);
}

/** Returns all members except `self`, which are the peers that a leader replicates to. */
export function peersOf(configuration: Configuration, self: NodeId): NodeId[] {
  return [...configuration.voters, ...configuration.learners].filter((id) => id !== self);
}

/** True when another member has the address of `id`. */
export function sharesAddress(addresses: AddressesById, id: NodeId): boolean {
  const others = Object.entries(addresses).filter(([other]) => other !== id);
  return others.some(([, address]) => address === addresses[id]);
}

/** @throws {LetoError} LETO_ASSERTION when a member is listed twice. */
export function checkConfiguration(configuration: Configuration): void {
  const members = [...configuration.voters, ...configuration.learners];
  assert(new Set(members).size === members.length, 'a member is listed twice', ...members);
}

/** Returns the data of an entry of kind `configuration`. */
export function encodeConfiguration({ voters, learners, addresses }: Configuration): ByteString {
  return JSON.stringify({ voters, learners, addresses });
}

/**
 * Reads the data of an entry of kind `configuration`. Data that this version cannot read stops the
 * node: skipping the entry would let nodes disagree about the members.
 * @throws {LetoError} LETO_ASSERTION
 */
export function decodeConfiguration(data: ByteString): Configuration {
  const { voters, learners, addresses } = JSON.parse(data) as Partial<Configuration>;
  assert(Array.isArray(voters) && Array.isArray(learners), 'cannot read a configuration', data);
  return addresses ? { voters, learners, addresses } : { voters, learners };
}
