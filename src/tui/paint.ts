/** Lines of styled text, and their escape sequences for a terminal. */

/** Tones only emphasise: the text alone carries the information. */
export type Tone = 'strong' | 'quiet' | 'alert';

/** A piece of a line. With `term`, it has the colour of that term. */
export interface Span {
  readonly text: string;
  readonly tone?: Tone;
  readonly term?: number;
  readonly isHighlighted?: boolean;
}

export type Line = readonly Span[];

export type Paint = (line: Line) => string;

/** SGR parameters for a terminal with 256 or 16 colours. */
interface Palette {
  readonly terms: readonly string[];
  readonly alert: string;
}

/**
 * Colours of Okabe and Ito's palette, which people with any colour vision can tell apart: sky blue,
 * orange, bluish green, reddish purple, and vermillion for alerts.
 */
const palette256: Palette = {
  terms: ['38;5;74', '38;5;178', '38;5;36', '38;5;175'],
  alert: '38;5;166',
};

const palette16: Palette = { terms: ['36', '33', '32', '35'], alert: '31' };

/** Returns the text without any escape sequence. */
export const paintPlain: Paint = (line) => line.map(({ text }) => text).join('');

/** Returns the painter for a terminal. `depth` is `stdout.getColorDepth()`, in bits per pixel. */
export function paintFor(depth: number): Paint {
  if (depth < 4) return paintPlain;
  const palette = depth < 8 ? palette16 : palette256;
  return (line) => line.map((span) => paintSpan(span, palette)).join('');
}

function paintSpan({ text, tone, term, isHighlighted }: Span, palette: Palette): string {
  const styles: string[] = [];
  if (tone === 'quiet') styles.push('2');
  else if (tone) styles.push('1');
  if (tone === 'alert') styles.push(palette.alert);
  else if (term) styles.push(palette.terms[term % palette.terms.length] ?? '');
  if (isHighlighted) styles.push('7');
  return styles.length === 0 ? text : `\x1b[${styles.join(';')}m${text}\x1b[0m`;
}
