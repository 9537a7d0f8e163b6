import type { ReactNode } from 'react';
import { glyphLegend, headLine } from './format.js';
import { keyBindings } from './keys.js';
import { Lines } from './lines.js';
import type { Line } from './paint.js';
import type { Panel, PanelProps } from './panel.js';

export const helpPanel: Panel = {
  name: 'help',
  title: 'help',
  importance: 4,
  heights: () => [1, Number.POSITIVE_INFINITY],
  Show: Help,
};

function Help({ columns, rows }: PanelProps): ReactNode {
  return <Lines lines={helpLines(columns)} columns={columns} rows={rows} />;
}

const keysColumns = 12;

export function helpLines(columns: number): Line[] {
  const bindings = keyBindings.map(({ keys, help }): Line => {
    const names = `  ${keys.join(' ')}`.padEnd(keysColumns);
    return [{ text: names, tone: 'strong' }, { text: help }];
  });
  const words = legend.map((text): Line => [{ text }]);
  return [headLine('help', columns), ...bindings, ...words];
}

/** The last lines are for terminals that are higher than the lowest. */
const legend = [
  glyphLegend(),
  '',
  'last: end of the log; commit: committed; applied: in effect',
  'nextIndex: to be sent next; matchIndex: known to be there',
];
