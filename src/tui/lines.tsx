/**
 * The component that all panels draw with. screen.ts puts the lines in place of their placeholders.
 */

import { Box, Text, Transform } from 'ink';
import { createContext, type ReactNode, use } from 'react';
import { cutLine } from './format.js';
import { type Line, type Paint, paintPlain } from './paint.js';

export const PaintContext = createContext<Paint>(paintPlain);

/** Stores a line for the next frame and returns a placeholder character for it. */
type LinePlacer = (painted: string) => string;

/** Null when ink draws the lines itself, as in tests. */
export const LinePlacerContext = createContext<LinePlacer | null>(null);

interface LinesProps {
  readonly lines: readonly Line[];
  readonly columns: number;
  readonly rows: number;
}

/**
 * Draws lines, cut to `columns` and `rows`.
 *
 * ink caches the size of every text that it has laid out, so numbers that change all day would leak
 * memory. It therefore lays out blanks, which never change, and `Transform` replaces them by the
 * lines, or by a placeholder for each, since ink parses what it draws character by character.
 */
export function Lines({ lines, columns, rows }: LinesProps): ReactNode {
  const paint = use(PaintContext);
  const place = use(LinePlacerContext);
  const painted = lines.slice(0, rows).map((line) => paint(cutLine(line, columns)));
  const draw = (at: number) => {
    const text = painted[at];
    return text && place ? place(text) : (text ?? '');
  };
  const blanks = Array.from({ length: rows }, () => ' ').join('\n');
  return (
    <Box height={rows} flexShrink={0}>
      <Transform transform={(_blank, at) => draw(at)}>
        <Text>{blanks}</Text>
      </Transform>
    </Box>
  );
}
