/** The invariants that the checkers watch. README.md says what each of them means. */

/** The names of the invariants, as failures and mutants use them. */
export const invariants = [
  'election-safety',
  'one-vote-per-term',
  'undisturbed-leader',
  'leader-append-only',
  'entries-from-leader',
  'log-matching',
  'no-op-first',
  'committed-prefix',
  'leader-completeness',
  'quorum-durable',
  'commit-rule',
  'state-machine-safety',
  'snapshot-consistent',
  'configuration-in-force',
  'one-change-at-a-time',
  'monotonic',
  'durable-before-sent',
  'durable-state',
  'match-index',
  'valid-messages',
  'acknowledged-once',
  'exactly-once',
  'failed-not-logged',
  'answered-once',
  'linearizable-reads',
  'lease-reads',
  'read-your-writes',
  'true-admin-answers',
  'bounds',
  'convergence',
  'core-assertion',
] as const;

export type Invariant = (typeof invariants)[number];

/** The error for a broken invariant. The message says what was seen. */
export class Violation extends Error {
  override readonly name = 'Violation';

  constructor(
    readonly invariant: Invariant,
    message: string,
  ) {
    super(message);
  }
}

export function violate(invariant: Invariant, message: string): never {
  throw new Violation(invariant, message);
}
