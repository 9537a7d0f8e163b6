import { assert } from '../base/assert.js';
import type { Configuration, NodeId } from './types.js';

export function isVoter(configuration: Configuration, id: NodeId): boolean {
  return configuration.voters.includes(id);
}

/** All members but `self`: those that a leader replicates to. */
export function peersOf(configuration: Configuration, self: NodeId): NodeId[] {
  return [...configuration.voters, ...configuration.learners].filter((id) => id !== self);
}

export function checkConfiguration(configuration: Configuration): void {
  const members = [...configuration.voters, ...configuration.learners];
  assert(new Set(members).size === members.length, 'a member is listed twice', ...members);
}
