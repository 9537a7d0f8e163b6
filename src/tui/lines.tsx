import { Box, Text, Transform } from 'ink';
import { createContext, type ReactNode, use } from 'react';
import { cutLine } from './format.js';
import { type Line, type Paint, paintPlain } from './paint.js';

export const PaintContext = createContext<Paint>(paintPlain);

/** Keeps a line until the frame is drawn; returns the char that stands for it. */
type LinePlacer = (painted: string) => string;

/** Null where ink draws the lines themselves. */
export const LinePlacerContext = createContext<LinePlacer | null>(null);

interface LinesProps {
  readonly lines: readonly Line[];
  readonly columns: number;
  readonly rows: number;
}

/**
 * Lines, cut to the size that is there.
 *
 * ink remembers the size of each text that it has ever laid out. Numbers that change all day would
 * fill the memory, so it lays out blanks, which are always the same, and `Transform` puts the lines
 * in their place: or one char for each, since ink parses all that it draws, char by char, each time.
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
