import type { ReactNode } from 'react';
import { keyBindings } from './keys.js';
import { Lines } from './lines.js';
import type { Line } from './paint.js';
import type { Panel, PanelProps } from './panel.js';

export const hintLine: Panel = {
  name: 'hint',
  importance: 5,
  heights: () => [1],
  Show: HintLine,
};

function HintLine({ columns, rows }: PanelProps): ReactNode {
  return <Lines lines={[hints]} columns={columns} rows={rows} />;
}

const hints: Line = keyBindings.flatMap(({ keys, hint }) =>
  hint ? [{ text: keys[0] ?? '', tone: 'strong' }, { text: ` ${hint}  ` }] : [],
);
