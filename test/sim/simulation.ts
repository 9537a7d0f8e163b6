/** Runs one seed: a world from its first election to its convergence. */

import { LetoError } from '../../src/base/errors.js';
import { Prng } from '../../src/base/prng.js';
import { type CreateReplica, createRealReplica } from './cluster.js';
import { converge } from './convergence.js';
import {
  drawSettings,
  type FaultKind,
  type Settings,
  withAimedFaults,
  withDrift,
  withParts,
} from './settings.js';
import type { Trace } from './trace.js';
import { type Invariant, Violation } from './violation.js';
import { World } from './world.js';

interface SimulationOptions {
  readonly seed: number;
  /** The least number of steps with faults. The convergence comes after them. */
  readonly steps: number;
  readonly trace?: Trace;
  readonly createReplica?: CreateReplica;
  /** The kinds of faults, instead of those that the seed chooses. */
  readonly faultKinds?: readonly FaultKind[];
}

export interface SimulationResult {
  readonly seed: number;
  readonly steps: number;
  /** True when enough happened for the run to prove something. */
  readonly counts: boolean;
  readonly statistics: Statistics;
  readonly hash: number;
  readonly failure: Failure | null;
}

export interface Statistics {
  readonly committed: number;
  readonly elections: number;
  readonly crashes: number;
  /** The number of servers that came back with an empty disk. */
  readonly wipes: number;
  readonly writes: number;
  readonly reads: number;
  readonly writesRepeated: number;
  readonly snapshotsTaken: number;
  readonly snapshotsInstalled: number;
  readonly adminCommandsDone: number;
  readonly configurations: number;
}

export interface Failure {
  readonly invariant: Invariant;
  readonly message: string;
  readonly settings: Settings;
}

/** A run in which too little has happened continues for up to this many times its steps. */
const stepsFactorMax = 3;

/** Tells the second generator of a seed from the first one. */
const partsSeed = 0x5eed_9a47;

/** The number of steps between checks that are too slow for every step. */
const wholeCheckSteps = 500;

/** Runs a seed. The result is the same each time; a violated invariant is its `failure`. */
export function simulate(options: SimulationOptions): SimulationResult {
  const { seed, trace = null, createReplica = createRealReplica } = options;
  const prng = new Prng(seed);
  const other = new Prng(seed ^ partsSeed);
  const drawn = withAimedFaults(withParts(drawSettings(prng), other), other);
  const settings = withDrift(withFaults(drawn, options.faultKinds));
  const world = new World(settings, prng, { trace, createReplica });
  const failure = failureOf(settings, () => run(world, options.steps));
  const statistics = statisticsOf(world);
  const counts = isMeaningful(statistics);
  return { seed, steps: world.steps, counts, statistics, hash: world.hash, failure };
}

function withFaults(settings: Settings, kinds: readonly FaultKind[] | undefined): Settings {
  return kinds ? { ...settings, faults: { ...settings.faults, kinds } } : settings;
}

function run(world: World, steps: number): void {
  let nextWholeCheck = wholeCheckSteps;
  while (
    world.steps < steps ||
    (world.steps < steps * stepsFactorMax && !isMeaningful(statisticsOf(world)))
  ) {
    world.advance();
    if (world.steps < nextWholeCheck) continue;
    nextWholeCheck += wholeCheckSteps;
    world.checkers.checkWhole(world.nodes);
  }
  converge(world);
}

function failureOf(settings: Settings, body: () => void): Failure | null {
  try {
    body();
    return null;
  } catch (error) {
    if (error instanceof Violation) {
      return { invariant: error.invariant, message: error.message, settings };
    }
    if (error instanceof LetoError) {
      return { invariant: 'core-assertion', message: error.message, settings };
    }
    throw error;
  }
}

function statisticsOf({ checkers, crashes, wipes }: World): Statistics {
  return {
    committed: checkers.committed.lastIndex,
    elections: checkers.elections.count,
    crashes,
    wipes,
    writes: checkers.clients.writesDone,
    reads: checkers.clients.readsDone,
    writesRepeated: checkers.clients.repeated,
    snapshotsTaken: checkers.snapshots.taken,
    snapshotsInstalled: checkers.snapshots.installed,
    adminCommandsDone: checkers.adminRequests.done,
    configurations: checkers.committed.configurations,
  };
}

/** Returns whether enough happened: a run in which almost nothing was decided proves nothing. */
function isMeaningful({ committed, elections, writes, reads }: Statistics): boolean {
  return committed >= 10 && elections >= 2 && writes >= 5 && reads >= 5;
}
