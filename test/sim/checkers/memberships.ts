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

/** A new entry of a leader, the log before it, and where its term begins. */
interface Change {
  readonly entry: Entry;
  readonly copy: readonly Entry[];
  readonly noopIndex: number;
}

/** The members change one voter at a time (4.1), and each node goes by the latest in its log. */
export class Memberships {
  readonly #committed: Committed;

  constructor(committed: Committed) {
    this.#committed = committed;
  }

  /** `copy` is the whole log. A node that knows of no cluster yet has no configuration below. */
  checkInForce({ id }: SimNode, raft: Readonly<RaftState>, copy: readonly Entry[]): void {
    const latest = copy.findLast(({ kind }) => kind === 'configuration');
    const { base } = raft.log;
    const isKept = latest !== undefined && latest.index > base.index;
    const expected = isKept ? decodeConfiguration(latest.data) : base.configuration;
    if (isSameConfiguration(raft.configuration, expected)) return;
    violate('configuration-in-force', `${id} does not go by the latest configuration in its log`);
  }

  /** A leader appends a configuration. */
  checkChange(node: SimNode, { commitIndex }: Readonly<RaftState>, change: Change): void {
    const { entry, copy, noopIndex } = change;
    const { id } = node;
    const last = copy.findLast(({ kind }) => kind === 'configuration');
    if (last && last.index > commitIndex) {
      violate('one-change-at-a-time', `${id} changes the members while ${last.index} is open`);
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
    const asked = new Set([...node.openOrders].map(({ command: order }) => memberOf(order)));
    if (changed.size === 1 && [...changed].every((member) => asked.has(member))) return;
    violate('one-change-at-a-time', `${id} changes ${[...changed]}, which nobody has asked for`);
  }

  /** A leader that is not among the voters leads only until that is committed (4.2.2). */
  afterEffects({ id }: SimNode, raft: Readonly<RaftState>): void {
    const { leadership, configuration, log, commitIndex } = raft;
    if (leadership === null || configuration.voters.includes(id)) return;
    if (configuration.learners.includes(id)) {
      violate('configuration-in-force', `${id} leads as a learner`);
    }
    if (log.configurationIndex > commitIndex) return;
    violate('configuration-in-force', `${id} leads a cluster that it is not in`);
  }
}

export function isSameConfiguration(a: Configuration, b: Configuration): boolean {
  return isSameList(a.voters, b.voters) && isSameList(a.learners, b.learners);
}

function isSameList(a: readonly NodeId[], b: readonly NodeId[]): boolean {
  return a.length === b.length && a.every((id, at) => id === b[at]);
}

/** Those who are in one list only. */
function difference(a: readonly NodeId[], b: readonly NodeId[]): NodeId[] {
  return [...a.filter((id) => !b.includes(id)), ...b.filter((id) => !a.includes(id))];
}
