/**
 * Decides when a node warns that it cannot reach members, and what the warning says. Why one
 * connection fails is in transport/tcp-outbound-connection.ts.
 */

import { formatAddress } from '../control/index.js';
import type { MemberLink } from './member-links.js';

/** How long members must be out of reach before the first warning: longer than a restart of all. */
export const unreachedMsMin = 5000;
/** The interval between two warnings. */
export const repeatMsMin = 60_000;

export class UnreachedMembers {
  #dueMs: number | null = null;

  /**
   * Returns the warning when one is due, otherwise null. None is due while the cluster works without
   * the missing members: some member is reached, and a leader is known.
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
    `cannot reach ${places.join(', ')}; start those that are not running; if they have moved, ` +
    'restart this node with -join and the -listen address of one of them'
  );
}

function placesOf(addresses: MemberLink['addresses']): string {
  return addresses.length === 0 ? 'an unknown address' : addresses.map(formatAddress).join(' and ');
}
