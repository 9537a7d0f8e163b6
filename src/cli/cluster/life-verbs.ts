/** The verbs `kill`, `stop`, `restart`, `pause` and `resume`. */

import type { Command } from 'commander';
import { addTargetVerbs, type TargetVerb } from './verb.js';

const lifeVerbs: readonly TargetVerb[] = [
  {
    type: 'kill',
    summary: 'kills a node at once, whatever it is doing',
    targets: 'a node, `leader` or `all`',
    examples: ['kill leader', 'kill n2', 'kill all'],
  },
  {
    type: 'stop',
    summary:
      'stops a node gracefully: a leader hands over first, so that no write is left uncertain',
    targets: 'a node or `leader`',
    examples: ['stop leader', 'stop n2'],
  },
  {
    type: 'restart',
    summary: 'starts a dead node again, on the same data and port',
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
    summary: 'resumes a paused node',
    targets: 'a node or `all`',
    examples: ['resume n2', 'resume all'],
  },
];

export function addLifeVerbs(program: Command): void {
  addTargetVerbs(program, lifeVerbs);
}
