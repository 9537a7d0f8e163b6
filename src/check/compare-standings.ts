/** How a node stands, as RAFT STATUS has it. */
export interface Standing {
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

const sameFacts = ['term', 'lastLogIndex', 'lastLogTerm', 'commitIndex'] as const;

/** What keeps the nodes from being of one mind: all of their logs committed and applied, and as long. */
export function compareStandings(standings: readonly Standing[]): string[] {
  return standings.flatMap((standing) => [
    ...unfinished(standing),
    ...standings
      .slice(0, 1)
      .flatMap((first) => [
        ...sameFacts
          .filter((fact) => standing[fact] !== first[fact])
          .map((fact) =>
            differs(standing, fact, String(standing[fact]), first, String(first[fact])),
          ),
        ...compareVoters(standing, first),
      ]),
  ]);
}

function unfinished({ node, lastLogIndex, commitIndex, lastApplied }: Standing): string[] {
  const found: string[] = [];
  if (commitIndex < lastLogIndex) {
    found.push(`${node}: only ${commitIndex} of ${lastLogIndex} entries are committed`);
  }
  if (lastApplied < commitIndex) {
    found.push(`${node}: only ${lastApplied} of ${commitIndex} committed entries are applied`);
  }
  return found;
}

function compareVoters(standing: Standing, first: Standing): string[] {
  const [voters, expected] = [standing, first].map((each) => each.voters.toSorted().join(', '));
  if (voters === expected) return [];
  return [differs(standing, 'voters', `${voters}`, first, `${expected}`)];
}

function differs(
  { node }: Standing,
  fact: string,
  value: string,
  first: Standing,
  expected: string,
): string {
  return `${node}: ${fact} is ${value}; on ${first.node} it is ${expected}`;
}
