import type { Command } from 'commander';
import { addTargetVerbs, type TargetVerb } from './verb.js';

const lifeVerbs: readonly TargetVerb[] = [
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
  addTargetVerbs(program, lifeVerbs);
}
