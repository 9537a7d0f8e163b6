import { type ClusterView, type DiskFault, type Intent, nodeId } from '../control/index.js';
import { focusOn } from './focus.js';
import { isChar } from './keys.js';
import { isLinkCut } from './links.js';
import { dispatch, type Outcome, show } from './outcome.js';
import { type Choice, selectedNode, type TextPrompt, type Ui } from './scene.js';

/** What a key leads to while the user is being asked, or types. */
export function decidePrompt(key: string, ui: Ui, view: ClusterView): Outcome {
  const { prompt } = ui;
  if (key === 'Ctrl-C') return { type: 'quit' };
  if (key === 'Ctrl-L') return { type: 'redraw' };
  switch (prompt?.type) {
    case 'remove': {
      const closed = { ...ui, prompt: null };
      if (key !== 'y') return show(closed, {});
      return dispatch(closed, { type: 'remove', target: prompt.node });
    }
    case 'cut':
    case 'disk':
      return choose(key, prompt, ui, view);
    case 'filter':
    case 'prefix':
    case 'command':
      return edit(key, prompt, ui, view);
    default:
      return show(ui, {});
  }
}

function choose(key: string, prompt: Choice, ui: Ui, view: ClusterView): Outcome {
  const closed = { ...ui, prompt: null };
  if (key === 'Esc' || key === 'q') return show(closed, {});
  if (key === 'Enter') return dispatch(closed, intentOf(prompt, prompt.at, view));
  const named = prompt.options.findIndex((option, at) => digitOf(prompt, option, at) === key);
  if (named >= 0) return dispatch(closed, intentOf(prompt, named, view));
  const step = stepOf(key);
  const at = Math.max(0, Math.min(prompt.at + step, prompt.options.length - 1));
  return show(ui, { prompt: { ...prompt, at } });
}

/** The key that means it at once: a node's number, or else its place. */
export function digitOf({ type }: Choice, option: string, at: number): string {
  return type === 'cut' ? option.replace(/^n/, '') : String(at + 1);
}

function stepOf(key: string): number {
  if (['j', '↓', '→', 'l', 'Tab'].includes(key)) return 1;
  return ['k', '↑', '←', 'h', 'Shift-Tab'].includes(key) ? -1 : 0;
}

const slowByMs = 100;

function intentOf({ type, node, options }: Choice, at: number, view: ClusterView): Intent {
  const option = options[at] ?? '';
  if (type === 'disk') {
    const fault = option === 'slow' ? { type: option, delayMs: slowByMs } : { type: option };
    return { type, target: node, fault: fault as DiskFault };
  }
  const other = nodeId(option);
  if (isLinkCut(view, node, other)) return { type: 'heal', between: [node, other] };
  return { type, from: node, to: other, oneWay: false };
}

/** Longer than any command that is typed by hand. */
const promptCharsMax = 4096;

function edit(key: string, prompt: TextPrompt, ui: Ui, view: ClusterView): Outcome {
  switch (key) {
    case 'Esc':
      return show({ ...ui, ...shownBy(prompt, '') }, { prompt: null });
    case 'Enter':
      return enter(prompt, { ...ui, prompt: null }, view);
    case 'Backspace':
      // A prompt without a char is left with it, as in editors.
      if (prompt.text === '') return show(ui, { prompt: null });
      return typed(ui, prompt, [...prompt.text].slice(0, -1).join(''));
    case 'Ctrl-U':
      return typed(ui, prompt, '');
    case '↑':
      return recall(ui, prompt, 1);
    case '↓':
      return recall(ui, prompt, -1);
    default:
      return isChar(key) ? typed(ui, prompt, prompt.text + key) : show(ui, {});
  }
}

function typed(ui: Ui, prompt: TextPrompt, text: string): Outcome {
  if (text.length > promptCharsMax) return show(ui, {});
  return show(
    { ...ui, ...shownBy(prompt, text) },
    { prompt: { ...prompt, text, typed: text, back: 0 } },
  );
}

/** Filters hold while they are typed. */
function shownBy({ type }: TextPrompt, text: string): Partial<Ui> {
  return type === 'command' ? {} : { [type]: text };
}

function enter({ type, text }: TextPrompt, ui: Ui, view: ClusterView): Outcome {
  const node = selectedNode(view, ui)?.id;
  const command = text.trim();
  if (type !== 'command' || command === '' || node === undefined) return show(ui, {});
  const scroll = { ...ui.scroll, client: 0 };
  return { type: 'say', node, command, ui: { ...focusOn(ui, 'client'), scroll } };
}

/** What was said is the history of what may be said again. */
function recall(ui: Ui, prompt: TextPrompt, step: 1 | -1): Outcome {
  if (prompt.type !== 'command') return show(ui, {});
  const said = ui.transcript.map(({ command }) => command);
  const history = said.filter((command, at) => command !== said[at - 1]);
  const back = Math.max(0, Math.min(prompt.back + step, history.length));
  const text = back === 0 ? prompt.typed : (history[history.length - back] ?? '');
  return show(ui, { prompt: { ...prompt, text, back } });
}
