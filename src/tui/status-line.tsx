/** The line above the hints: the open prompt, or the result of the last action. */

import type { ReactNode } from 'react';
import { unreachable } from '../base/index.js';
import { digitOf } from './decide-prompt.js';
import { oneLine, wrap } from './format.js';
import { Lines } from './lines.js';
import type { Line, Span } from './paint.js';
import type { Panel, PanelProps } from './panel.js';
import { type ChoicePrompt, type Prompt, type Scene, selectedNode } from './scene.js';

const linesMax = 3;

export const statusLine: Panel = {
  name: 'status',
  title: 'status',
  priority: 3,
  heights: (scene, columns) => [1, Math.max(1, statusLines(scene, columns, linesMax).length)],
  Show: StatusLine,
};

function StatusLine({ scene, columns, rows }: PanelProps): ReactNode {
  return <Lines lines={statusLines(scene, columns, rows)} columns={columns} rows={rows} />;
}

/** Returns the open prompt, or the result of the last action when there is no prompt. */
export function statusLines(scene: Scene, columns: number, rows: number): Line[] {
  const { note, prompt } = scene.ui;
  if (prompt) return [promptLine(scene, prompt, columns)];
  if (!note) return [];
  const lines = wrap(oneLine(note.text), columns, rows);
  return lines.map((text) => [note.isFailure ? { text, tone: 'alert' } : { text, tone: 'strong' }]);
}

function promptLine({ view, ui }: Scene, prompt: Prompt, columns: number): Line {
  switch (prompt.type) {
    case 'remove': {
      const text = `remove ${prompt.node} from the cluster? its data is kept (y/N) `;
      return [{ text, tone: 'strong' }, cursor];
    }
    case 'cut':
      return choiceLine(`cut or heal link ${prompt.node} to:`, prompt);
    case 'disk':
      return choiceLine(`set the disk of ${prompt.node} to:`, prompt);
    case 'command':
      return typedLine(`${selectedNode(view, ui)?.id ?? ''}> `, prompt.text, columns);
    case 'filter':
      return typedLine('filter events: ', prompt.text, columns);
    case 'prefix':
      return typedLine('keys with prefix: ', prompt.text, columns);
    default:
      return unreachable(prompt);
  }
}

const cursor: Span = { text: '_', isHighlighted: true };

/** Shows the end of a long text, where the user types. */
function typedLine(label: string, text: string, columns: number): Line {
  const room = columns - label.length - 1;
  const shown = text.length > room ? `…${text.slice(text.length - room + 1)}` : text;
  return [{ text: label, tone: 'strong' }, { text: shown }, cursor];
}

/** Puts the chosen option in brackets, so that it does not depend on colour. */
function choiceLine(question: string, prompt: ChoicePrompt): Line {
  const options = prompt.options.map((option, at): Span => {
    const key = digitOf(prompt, option, at);
    const label = option.endsWith(key) ? option : `${key} ${option}`;
    return at === prompt.at
      ? { text: ` [${label}]`, isHighlighted: true }
      : { text: `  ${label} ` };
  });
  return [{ text: question, tone: 'strong' }, ...options];
}
