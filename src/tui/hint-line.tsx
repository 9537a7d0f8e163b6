import type { ReactNode } from 'react';
import { keyBindings } from './keys.js';
import { Lines } from './lines.js';
import type { Line } from './paint.js';
import type { Panel, PanelProps } from './panel.js';

export const hintLine: Panel = {
  name: 'hint',
  title: 'hint',
  importance: 5,
  heights: () => [1],
  Show: HintLine,
};

function HintLine({ columns, rows }: PanelProps): ReactNode {
  return <Lines lines={[hints]} columns={columns} rows={rows} />;
}

const hints: Line = keyBindings
  .flatMap(({ hint }) => hint ?? [])
  .flatMap((hint, at) => {
    const [key = '', ...words] = hint.split(' ');
    const gap = at === 0 ? '' : '  ';
    return [{ text: gap + key, tone: 'strong' as const }, { text: ` ${words.join(' ')}` }];
  });
