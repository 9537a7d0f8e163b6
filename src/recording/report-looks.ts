import type { Phase } from './summary.js';

/** How a bar of the timeline shows what a node was: by letter, colour and pattern. */
interface Look {
  readonly letter: string;
  readonly fill: string;
  /** Of the letter. */
  readonly ink: string;
  readonly pattern: 'none' | 'stripes' | 'dots' | 'cross';
  readonly words: string;
}

export const looks: Readonly<Record<Phase, Look>> = {
  leader: look('L', '--leader', 'none', 'leader', '--leader-ink'),
  follower: look('F', '--follower', 'none', 'follower'),
  candidate: look('C', '--candidate', 'stripes', 'candidate', '#000'),
  preCandidate: look('P', '--pre', 'dots', 'asks whether it could win (PreVote)', '#000'),
  learner: look('N', '--learner', 'none', 'learner, no voter', '#000'),
  paused: look('Z', '--paused', 'stripes', 'paused'),
  dead: look('X', '--dead', 'cross', 'dead'),
  starting: look('S', '--paper', 'dots', 'starting'),
};

function look(
  letter: string,
  variable: string,
  pattern: Look['pattern'],
  words: string,
  ink = '--ink',
): Look {
  const value = (name: string) => (name.startsWith('--') ? `var(${name})` : name);
  return { letter, fill: value(variable), ink: value(ink), pattern, words };
}

/** Patterns that `bar` refers to: they stand once in the page. */
export const patterns = `<defs>
<pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V6" stroke="var(--ink)" stroke-opacity=".5" stroke-width="2"/></pattern>
<pattern id="dots" width="5" height="5" patternUnits="userSpaceOnUse"><circle cx="2" cy="2" r="1" fill="var(--ink)" fill-opacity=".6"/></pattern>
<pattern id="cross" width="7" height="7" patternUnits="userSpaceOnUse"><path d="M0 0L7 7M7 0L0 7" stroke="var(--quiet)" stroke-width=".7"/></pattern>
</defs>`;

/** One bar with its pattern, without a letter. */
export function bar({ fill, pattern }: Look, x: number, y: number, w: number, h: number): string {
  const box = `x="${round(x)}" y="${y}" width="${round(w)}" height="${h}"`;
  const base = `<rect ${box} fill="${fill}" stroke="var(--quiet)" stroke-width=".5"/>`;
  return pattern === 'none' ? base : `${base}<rect ${box} fill="url(#${pattern})"/>`;
}

/** Of a viewBox of 1000: finer is not to be seen. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
