/**
 * Compares the positions of nodes in the log: whether all of them have committed and applied the
 * same number of entries. compare-logs.ts compares the entries themselves.
 */

/** The state of a node as RAFT STATUS shows it. */
export interface RaftStatus {
  readonly node: string;
  readonly term: number;
  readonly lastLogIndex: number;
  readonly lastLogTerm: number;
  readonly commitIndex: number;
  readonly lastApplied: number;
  readonly snapshotIndex: number;
  /** The voters, in any order. */
  readonly voters: readonly string[];
}

const comparedFields = ['term', 'lastLogIndex', 'lastLogTerm', 'commitIndex'] as const;

/** Returns what is not yet committed or applied, and where the nodes differ from the first. */
export function compareRaftStatuses(statuses: readonly RaftStatus[]): string[] {
  return statuses.flatMap((status) => [
    ...findLag(status),
    ...statuses
      .slice(0, 1)
      .flatMap((first) => [
        ...comparedFields
          .filter((field) => status[field] !== first[field])
          .map((field) =>
            describeDifference(status, field, String(status[field]), first, String(first[field])),
          ),
        ...compareVoters(status, first),
      ]),
  ]);
}

function findLag({ node, lastLogIndex, commitIndex, lastApplied }: RaftStatus): string[] {
  const found: string[] = [];
  if (commitIndex < lastLogIndex) {
    found.push(`${node}: only ${commitIndex} of ${lastLogIndex} entries are committed`);
  }
  if (lastApplied < commitIndex) {
    found.push(`${node}: only ${lastApplied} of ${commitIndex} committed entries are applied`);
  }
  return found;
}

function compareVoters(status: RaftStatus, first: RaftStatus): string[] {
  const [voters, expected] = [status, first].map((each) => each.voters.toSorted().join(', '));
  if (voters === expected) return [];
  return [describeDifference(status, 'voters', `${voters}`, first, `${expected}`)];
}

function describeDifference(
  { node }: RaftStatus,
  field: string,
  value: string,
  first: RaftStatus,
  expected: string,
): string {
  return `${node}: ${field} is ${value}; on ${first.node} it is ${expected}`;
}
