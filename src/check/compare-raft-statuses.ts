/** How a node stands, as RAFT STATUS has it. */
export interface RaftStatus {
  readonly node: string;
  readonly term: number;
  readonly lastLogIndex: number;
  readonly lastLogTerm: number;
  readonly commitIndex: number;
  readonly lastApplied: number;
  readonly snapshotIndex: number;
  /** In any order. */
  readonly voters: readonly string[];
}

const comparedFields = ['term', 'lastLogIndex', 'lastLogTerm', 'commitIndex'] as const;

/** What keeps the nodes from being of one mind: all of their logs committed and applied, and as long. */
export function compareRaftStatuses(statuses: readonly RaftStatus[]): string[] {
  return statuses.flatMap((status) => [
    ...findLag(status),
    ...statuses
      .slice(0, 1)
      .flatMap((first) => [
        ...comparedFields
          .filter((fact) => status[fact] !== first[fact])
          .map((fact) =>
            describeDifference(status, fact, String(status[fact]), first, String(first[fact])),
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
  fact: string,
  value: string,
  first: RaftStatus,
  expected: string,
): string {
  return `${node}: ${fact} is ${value}; on ${first.node} it is ${expected}`;
}
