/** The properties that the checkers watch, by the names that failures and mutants go by. */
export const invariants = [
  'election-safety',
  'one-vote-a-term',
  'leader-append-only',
  'leader-log-longest',
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
  'durable-before-said',
  'durable-state',
  'match-index',
  'message-form',
  'acknowledged-once',
  'exactly-once',
  'failed-never-happens',
  'answered-once',
  'linearizable-reads',
  'lease-reads',
  'read-your-writes',
  'true-order-answers',
  'bounds',
  'convergence',
  'core-assertion',
] as const;

export type Invariant = (typeof invariants)[number];

/** A broken invariant: which one, and what was seen. */
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
