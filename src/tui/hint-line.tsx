/** The bottom line: the keys that matter most in the current state. help.tsx lists all keys. */

import type { ReactNode } from 'react';
import { keyBindings } from './key-bindings.js';
import { Lines } from './lines.js';
import type { Line } from './paint.js';
import type { Panel, PanelProps } from './panel.js';
import { playbackKeys } from './playback.js';
import type { Prompt, Scene } from './scene.js';

export const hintLine: Panel = {
  name: 'hint',
  title: 'hint',
  priority: 5,
  heights: () => [1],
  Show: HintLine,
};

function HintLine({ scene, columns, rows }: PanelProps): ReactNode {
  return <Lines lines={[hintsOf(scene, columns)]} columns={columns} rows={rows} />;
}

/** Returns the hints that fit, most important first. The last two, help and quit, always stay. */
export function hintsOf({ view, ui, playback }: Scene, columns: number): Line {
  if (ui.prompt) return toLine(hintsOfPrompts[ui.prompt.type], columns);
  if (ui.isHelpOpen) return toLine(['? close', '↑↓ scroll', 'q quit'], columns);
  if (playback !== undefined) return toLine(hintsInPlayback, columns);
  const usual = ui.focus === 'nodes' ? usualHints : ['↑↓ scroll', ...usualHints.slice(1)];
  return toLine(view.speed === 0 ? [...hintsWhileTimeStopped, ...usual] : usual, columns);
}

const hintsOfPrompts: Readonly<Record<Prompt['type'], readonly string[]>> = {
  cut: ['1-9 node', '←→ choose', 'Enter cut', 'Esc cancel'],
  disk: ['1-5 fault', '←→ choose', 'Enter set', 'Esc cancel'],
  remove: ['y remove', 'n cancel'],
  filter: ['Enter keep', 'Esc clear'],
  prefix: ['Enter keep', 'Esc clear'],
  command: ['Enter send', '↑↓ history', 'Esc cancel'],
};

const hintsWhileTimeStopped = ['n step', 'space resume'];
const hintsInPlayback = [...playbackKeys.flatMap(({ hint }) => hint ?? []), '? help', 'q quit'];
const usualHints = keyBindings.flatMap(({ hint }) => hint ?? []);

const gap = '  ';

function toLine(hints: readonly string[], columns: number): Line {
  const kept = hints.slice(-2);
  let left = columns - kept.join(gap).length;
  const shown = hints.slice(0, -2).filter((hint) => {
    left -= hint.length + gap.length;
    return left >= 0;
  });
  return [...shown, ...kept].flatMap((hint, at) => {
    const [key = '', ...words] = hint.split(' ');
    const before = at === 0 ? '' : gap;
    return [{ text: before + key, tone: 'strong' as const }, { text: ` ${words.join(' ')}` }];
  });
}
