import type { ReactNode } from 'react';
import { keyBindings } from './key-bindings.js';
import { Lines } from './lines.js';
import type { Line } from './paint.js';
import type { Panel, PanelProps } from './panel.js';
import type { Prompt, Scene } from './scene.js';

export const hintLine: Panel = {
  name: 'hint',
  title: 'hint',
  importance: 5,
  heights: () => [1],
  Show: HintLine,
};

function HintLine({ scene, columns, rows }: PanelProps): ReactNode {
  return <Lines lines={[hintsOf(scene)]} columns={columns} rows={rows} />;
}

/** The keys that matter most now. */
export function hintsOf({ view, ui }: Scene): Line {
  if (ui.prompt) return toLine(hintsOfPrompts[ui.prompt.type]);
  if (ui.isHelpOpen) return toLine(['? back', '↑↓ scroll', 'q quit']);
  if (view.speed === 0) return toLine([...hintsInStillTime, ...usualHints]);
  return toLine(usualHints);
}

const hintsOfPrompts: Readonly<Record<Prompt['type'], readonly string[]>> = {
  cut: ['1-9 node', '←→ choose', 'Enter cut', 'Esc back'],
  disk: ['1-5 fault', '←→ choose', 'Enter do', 'Esc back'],
  remove: ['y remove', 'n back'],
  filter: ['Enter keep', 'Esc clear'],
  prefix: ['Enter keep', 'Esc clear'],
  command: ['Enter send', '↑↓ history', 'Esc back'],
};

const hintsInStillTime = ['n step', 'space go on'];
const usualHints = keyBindings.flatMap(({ hint }) => hint ?? []);

function toLine(hints: readonly string[]): Line {
  return hints.flatMap((hint, at) => {
    const [key = '', ...words] = hint.split(' ');
    const gap = at === 0 ? '' : '  ';
    return [{ text: gap + key, tone: 'strong' as const }, { text: ` ${words.join(' ')}` }];
  });
}
