/** `strong`, `quiet` and `alert` only stress what the words say already. */
export type Tone = 'strong' | 'quiet' | 'alert';

/** A piece of a line. Text about a term is in that term's colour. */
export interface Span {
  readonly text: string;
  readonly tone?: Tone;
  readonly term?: number;
  readonly isHighlighted?: boolean;
}

export type Line = readonly Span[];

export type Paint = (line: Line) => string;

/** SGR parameters, for a terminal that knows 256 colours or 16. */
interface Palette {
  readonly terms: readonly string[];
  readonly alert: string;
}

/**
 * Of the palette by Okabe and Ito, which people with any colour vision can tell apart: sky blue,
 * orange, bluish green, reddish purple; and vermillion.
 */
const palette256: Palette = {
  terms: ['38;5;74', '38;5;178', '38;5;36', '38;5;175'],
  alert: '38;5;166',
};

const palette16: Palette = { terms: ['36', '33', '32', '35'], alert: '31' };

/** No escape sequence at all. */
export const paintPlain: Paint = (line) => line.map(({ text }) => text).join('');

/** `depth` is what `stdout.getColorDepth()` tells: bits a colour. */
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
