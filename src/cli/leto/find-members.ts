/**
 * Finds the members that have moved while this node was away. As long as it knows no leader, it asks
 * the node of -join, and every node whose client address it knows, for the addresses of the members.
 * node/member-links.ts decides which addresses it then dials.
 */

import { setTimeout } from 'node:timers/promises';
import type { Address, NodeId } from '../../control/index.js';
import { askForAddresses, type MemberEndpoint } from './join.js';

const askIntervalMs = 1000;

interface FindOptions {
  readonly clusterId: string;
  /** Ends the search. */
  readonly signal: AbortSignal;
  hasLeader(): boolean;
  /** Where to ask; the answer may change. */
  endpoints(): readonly MemberEndpoint[];
  onFound(addresses: ReadonlyMap<NodeId, Address>): void;
}

/** Resolves when `signal` is aborted. */
export async function keepFindingMembers(options: FindOptions): Promise<void> {
  const { signal, hasLeader, endpoints } = options;
  while (!signal.aborted) {
    if (!hasLeader()) {
      await Promise.all(endpoints().map((endpoint) => askOnce(endpoint, options)));
    }
    await setTimeout(askIntervalMs, null, { signal }).catch(() => {});
  }
}

/** A member that does not answer, or refuses, is asked again in the next round. */
async function askOnce(endpoint: MemberEndpoint, options: FindOptions): Promise<void> {
  const { clusterId, signal, onFound } = options;
  const addresses = await askForAddresses(endpoint, clusterId, signal).catch(() => null);
  if (addresses && !signal.aborted) onFound(addresses);
}
