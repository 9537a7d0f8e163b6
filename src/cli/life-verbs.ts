import type { Command } from 'commander';
import type { NodeIntent } from '../control/index.js';
import { addVerb } from './add-verb.js';
import { globalsOf } from './globals.js';
import { carryOut } from './with-cluster.js';

interface LifeVerb {
  readonly type: NodeIntent['type'];
  readonly summary: string;
  readonly targets: string;
  readonly examples: readonly string[];
}

const lifeVerbs: readonly LifeVerb[] = [
  {
    type: 'kill',
    summary: 'ends the thread of a node at once, whatever it is doing',
    targets: 'a node, `leader` or `all`',
    examples: ['kill leader', 'kill n2', 'kill all'],
  },
  {
    type: 'stop',
    summary: 'ends a node kindly: a leader hands over first, so that no client is left in doubt',
    targets: 'a node or `leader`',
    examples: ['stop leader', 'stop n2'],
  },
  {
    type: 'restart',
    summary: 'runs a dead node again, on the same data and port',
    targets: 'a node or `all`',
    examples: ['restart n2', 'restart all'],
  },
  {
    type: 'pause',
    summary: 'freezes a node, like a long garbage collection: no timers, no messages, no clients',
    targets: 'a node or `leader`',
    examples: ['pause leader', 'pause n2'],
  },
  {
    type: 'resume',
    summary: 'lets a paused node go on',
    targets: 'a node or `all`',
    examples: ['resume n2', 'resume all'],
  },
];

/** What is done to the life of a node. */
export function addLifeVerbs(program: Command): void {
  for (const { type, summary, targets, examples } of lifeVerbs) {
    addVerb(program, type, summary, examples)
      .argument('<node>', targets)
      .action((target: string, _flags, command: Command) =>
        carryOut({ type, target }, globalsOf(command)),
      );
  }
}
