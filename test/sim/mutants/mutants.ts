/** The list of all planted bugs. */

import { clientMutants } from './client-mutants.js';
import { durabilityMutants } from './durability-mutants.js';
import { electionMutants } from './election-mutants.js';
import { leaseMutants } from './lease-mutants.js';
import { logMutants } from './log-mutants.js';
import { membershipMutants } from './membership-mutants.js';
import type { Mutant } from './mutant.js';
import { snapshotMutants } from './snapshot-mutants.js';

export const mutants: readonly Mutant[] = [
  ...durabilityMutants,
  ...electionMutants,
  ...logMutants,
  ...clientMutants,
  ...snapshotMutants,
  ...membershipMutants,
  ...leaseMutants,
];
