import type { Command } from 'commander';
import type { TargetIntent } from '../control/index.js';
import { addVerb } from './add-verb.js';
import { globalsOf } from './globals.js';
import { carryOut } from './with-cluster.js';

/** A verb that is done to a node, and takes nothing else. */
export interface TargetVerb {
  readonly type: Exclude<TargetIntent['type'], 'disk'>;
  readonly summary: string;
  readonly targets: string;
  readonly examples: readonly string[];
}

export function addTargetVerbs(program: Command, verbs: readonly TargetVerb[]): void {
  for (const { type, summary, targets, examples } of verbs) {
    addVerb(program, type, summary, examples)
      .argument('<node>', targets)
      .action((target: string, _flags, command: Command) =>
        carryOut({ type, target }, globalsOf(command)),
      );
  }
}
