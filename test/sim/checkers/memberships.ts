/** Checks changes of the membership, and which configuration each node uses. */

import {
  type Configuration,
  decodeConfiguration,
  type Entry,
  type NodeId,
  type RaftState,
} from '../../../src/raft/index.js';
import { memberOf } from '../admin-request.js';
import type { SimNode } from '../node.js';
import { violate } from '../violation.js';
import type { Committed } from './committed.js';

/** A new configuration entry of a leader, the log before it, and the index of its term's no-op. */
interface Change {
  readonly entry: Entry;
  readonly copy: readonly Entry[];
  readonly noopIndex: number;
}

/** Checks that voters change one at a time and nodes use the latest configuration (4.1). */
export class Memberships {
  readonly #committed: Committed;

  constructor(committed: Committed) {
    this.#committed = committed;
  }

  /** Checks that a node uses the latest configuration of its log. `copy` is the whole log. */
  checkInForce({ id }: SimNode, raft: Readonly<RaftState>, copy: readonly Entry[]): void {
    const latest = copy.findLast(({ kind }) => kind === 'configuration');
    const { base } = raft.log;
    const isKept = latest !== undefined && latest.index > base.index;
    const expected = isKept ? decodeConfiguration(latest.data) : base.configuration;
    if (isSameConfiguration(raft.configuration, expected)) return;
    violate('configuration-in-force', `${id} does not use the latest configuration in its log`);
  }

  /** Checks a configuration that a leader appends. */
  checkChange(node: SimNode, { commitIndex }: Readonly<RaftState>, change: Change): void {
    const { entry, copy, noopIndex } = change;
    const { id } = node;
    const last = copy.findLast(({ kind }) => kind === 'configuration');
    if (last && last.index > commitIndex) {
      violate(
        'one-change-at-a-time',
        `${id} changes the members while ${last.index} is uncommitted`,
      );
    }
    if (noopIndex > commitIndex) {
      violate('one-change-at-a-time', `${id} changes the members before its no-op is committed`);
    }
    const before = last
      ? decodeConfiguration(last.data)
      : this.#committed.membersAt(0).configuration;
    const after = decodeConfiguration(entry.data);
    if (difference(before.voters, after.voters).length > 1) {
      violate('one-change-at-a-time', `${id} changes more than one voter by ${entry.index}`);
    }
    const changed = new Set([
      ...difference(before.voters, after.voters),
      ...difference(before.learners, after.learners),
    ]);
    const asked = new Set([...node.openAdminRequests].map(({ command }) => memberOf(command)));
    if (changed.size === 1 && [...changed].every((member) => asked.has(member))) return;
    violate('one-change-at-a-time', `${id} changes ${[...changed]}, which no operator requested`);
  }

  /** Checks that a leader outside its configuration leads only until that is committed (4.2.2). */
  afterEffects({ id }: SimNode, raft: Readonly<RaftState>): void {
    const { leadership, configuration, log, commitIndex } = raft;
    if (leadership === null || configuration.voters.includes(id)) return;
    if (configuration.learners.includes(id)) {
      violate('configuration-in-force', `${id} leads as a learner`);
    }
    if (log.configurationIndex > commitIndex) return;
    violate('configuration-in-force', `${id} leads a cluster of which it is not a member`);
  }
}

export function isSameConfiguration(a: Configuration, b: Configuration): boolean {
  return isSameList(a.voters, b.voters) && isSameList(a.learners, b.learners);
}

function isSameList(a: readonly NodeId[], b: readonly NodeId[]): boolean {
  return a.length === b.length && a.every((id, at) => id === b[at]);
}

/** Returns the ids that are in exactly one of the lists. */
function difference(a: readonly NodeId[], b: readonly NodeId[]): NodeId[] {
  return [...a.filter((id) => !b.includes(id)), ...b.filter((id) => !a.includes(id))];
}
