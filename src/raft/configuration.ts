import { assert, type ByteString } from '../base/index.js';
import type { Configuration, NodeId } from './types.js';

export function isVoter(configuration: Configuration, id: NodeId): boolean {
  return configuration.voters.includes(id);
}

export function isMember(configuration: Configuration, id: NodeId): boolean {
  return isVoter(configuration, id) || configuration.learners.includes(id);
}

/** All members but `self`: those that a leader replicates to. */
export function peersOf(configuration: Configuration, self: NodeId): NodeId[] {
  return [...configuration.voters, ...configuration.learners].filter((id) => id !== self);
}

export function checkConfiguration(configuration: Configuration): void {
  const members = [...configuration.voters, ...configuration.learners];
  assert(new Set(members).size === members.length, 'a member is listed twice', ...members);
}

/** The data of an entry of kind `configuration`. */
export function encodeConfiguration({ voters, learners, addresses }: Configuration): ByteString {
  return JSON.stringify({ voters, learners, addresses });
}

/** An entry that this version can't read stops the node: skipping it would fork the members. */
export function decodeConfiguration(data: ByteString): Configuration {
  const { voters, learners, addresses } = JSON.parse(data) as Partial<Configuration>;
  assert(Array.isArray(voters) && Array.isArray(learners), 'a configuration can not be read', data);
  return addresses ? { voters, learners, addresses } : { voters, learners };
}
