/**
 * The letter, colour and pattern of a bar on a report timeline, by the phase that a node was in.
 */

import type { Phase } from './summary.js';

/** The look of one phase. Letter and pattern make it readable without colour. */
interface PhaseStyle {
  readonly letter: string;
  readonly fill: string;
  /** The colour of the letter. */
  readonly ink: string;
  readonly pattern: 'none' | 'stripes' | 'dots' | 'cross';
  readonly label: string;
}

export const phaseStyles: Readonly<Record<Phase, PhaseStyle>> = {
  leader: phaseStyle('L', '--leader', 'none', 'leader', '--leader-ink'),
  follower: phaseStyle('F', '--follower', 'none', 'follower'),
  candidate: phaseStyle('C', '--candidate', 'stripes', 'candidate', '#000'),
  preCandidate: phaseStyle('P', '--pre', 'dots', 'pre-candidate (PreVote)', '#000'),
  learner: phaseStyle('N', '--learner', 'none', 'learner (does not vote)', '#000'),
  paused: phaseStyle('Z', '--paused', 'stripes', 'paused'),
  dead: phaseStyle('X', '--dead', 'cross', 'dead'),
  starting: phaseStyle('S', '--paper', 'dots', 'starting'),
};

function phaseStyle(
  letter: string,
  variable: string,
  pattern: PhaseStyle['pattern'],
  label: string,
  ink = '--ink',
): PhaseStyle {
  const value = (name: string) => (name.startsWith('--') ? `var(${name})` : name);
  return { letter, fill: value(variable), ink: value(ink), pattern, label };
}

/** The SVG patterns that `barSvg` refers to. They must be in the page once. */
export const patterns = `<defs>
<pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V6" stroke="var(--ink)" stroke-opacity=".5" stroke-width="2"/></pattern>
<pattern id="dots" width="5" height="5" patternUnits="userSpaceOnUse"><circle cx="2" cy="2" r="1" fill="var(--ink)" fill-opacity=".6"/></pattern>
<pattern id="cross" width="7" height="7" patternUnits="userSpaceOnUse"><path d="M0 0L7 7M7 0L0 7" stroke="var(--quiet)" stroke-width=".7"/></pattern>
</defs>`;

/** Returns the SVG of one bar with its pattern, without the letter. */
export function barSvg(
  { fill, pattern }: PhaseStyle,
  x: number,
  y: number,
  w: number,
  h: number,
): string {
  const box = `x="${roundToTenth(x)}" y="${y}" width="${roundToTenth(w)}" height="${h}"`;
  const base = `<rect ${box} fill="${fill}" stroke="var(--quiet)" stroke-width=".5"/>`;
  return pattern === 'none' ? base : `${base}<rect ${box} fill="url(#${pattern})"/>`;
}

/** Rounds a coordinate: in a viewBox 1000 wide, finer steps are invisible. */
export function roundToTenth(value: number): number {
  return Math.round(value * 10) / 10;
}
