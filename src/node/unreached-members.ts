/**
 * Says when a node has called its members in vain for some time, whom, and where. Why one
 * connection fails is in transport/tcp-outbound-connection.ts.
 */

import { formatAddress } from '../control/index.js';
import type { MemberLink } from './member-links.js';

/** How long a node calls in vain before it says so. A restart of all nodes takes less. */
export const unreachedMsMin = 5000;
/** How often it says so again. */
export const repeatMsMin = 60_000;

export class UnreachedMembers {
  #dueMs: number | null = null;

  /**
   * Returns a sentence when one is due. Silent as long as the cluster works in spite of the members
   * that are missing: a member is reached, and a leader is known.
   */
  check(nowMs: number, members: readonly MemberLink[], hasLeader: boolean): string | null {
    const unreached = members.filter(({ isLinked }) => !isLinked);
    const isCutOff = unreached.length > 0 && (!hasLeader || unreached.length === members.length);
    if (!isCutOff) {
      this.#dueMs = null;
      return null;
    }
    this.#dueMs ??= nowMs + unreachedMsMin;
    if (nowMs < this.#dueMs) return null;
    this.#dueMs = nowMs + repeatMsMin;
    return textOf(unreached);
  }
}

function textOf(unreached: readonly MemberLink[]): string {
  const places = unreached.map(({ id, addresses }) => `${id} at ${placesOf(addresses)}`);
  return (
    `cannot reach ${places.join(', ')}; start what does not run; if they have moved, start this ` +
    'node again with -join and the -listen address of one of them'
  );
}

function placesOf(addresses: MemberLink['addresses']): string {
  return addresses.length === 0 ? 'an unknown address' : addresses.map(formatAddress).join(' and ');
}
