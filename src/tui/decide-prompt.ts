/**
 * Decides how the UI responds to a key while a prompt is open: a choice, a confirmation or a typed
 * text. status-line.tsx draws the prompt.
 */

import { type ClusterView, type DiskFault, type Intent, nodeId } from '../control/index.js';
import { focusOn } from './focus.js';
import { isChar } from './keys.js';
import { isLinkCut } from './links.js';
import { type ChoicePrompt, selectedNode, type TextPrompt, type UiState } from './scene.js';
import { dispatchIntent, type UiDecision, updateUi } from './ui-decision.js';

/** Returns the decision for a key while `ui.prompt` is open. */
export function decidePrompt(key: string, ui: UiState, view: ClusterView): UiDecision {
  const { prompt } = ui;
  if (key === 'Ctrl-C') return { type: 'quit' };
  if (key === 'Ctrl-L') return { type: 'redraw' };
  switch (prompt?.type) {
    case 'remove': {
      const closed = { ...ui, prompt: null };
      if (key !== 'y') return updateUi(closed, {});
      return dispatchIntent(closed, { type: 'remove', target: prompt.node });
    }
    case 'cut':
    case 'disk':
      return choose(key, prompt, ui, view);
    case 'filter':
    case 'prefix':
    case 'command':
      return edit(key, prompt, ui, view);
    default:
      return updateUi(ui, {});
  }
}

function choose(key: string, prompt: ChoicePrompt, ui: UiState, view: ClusterView): UiDecision {
  const closed = { ...ui, prompt: null };
  if (key === 'Esc' || key === 'q') return updateUi(closed, {});
  if (key === 'Enter') return dispatchIntent(closed, intentOf(prompt, prompt.at, view));
  const typed = prompt.options.findIndex((option, at) => digitOf(prompt, option, at) === key);
  if (typed >= 0) return dispatchIntent(closed, intentOf(prompt, typed, view));
  const step = stepOf(key);
  const at = Math.max(0, Math.min(prompt.at + step, prompt.options.length - 1));
  return updateUi(ui, { prompt: { ...prompt, at } });
}

/** The key for an option: the peer's number when cutting, otherwise the position from 1. */
export function digitOf({ type }: ChoicePrompt, option: string, at: number): string {
  return type === 'cut' ? option.replace(/^n/, '') : String(at + 1);
}

function stepOf(key: string): number {
  if (['j', '↓', '→', 'l', 'Tab'].includes(key)) return 1;
  return ['k', '↑', '←', 'h', 'Shift-Tab'].includes(key) ? -1 : 0;
}

const slowDiskDelayMs = 100;

function intentOf({ type, node, options }: ChoicePrompt, at: number, view: ClusterView): Intent {
  const option = options[at] ?? '';
  if (type === 'disk') {
    const fault = option === 'slow' ? { type: option, delayMs: slowDiskDelayMs } : { type: option };
    return { type, target: node, fault: fault as DiskFault };
  }
  const other = nodeId(option);
  if (isLinkCut(view, node, other)) return { type: 'heal', between: [node, other] };
  return { type, from: node, to: other, oneWay: false };
}

/** The maximum length of a typed text. It is longer than any command typed by hand. */
const promptCharsMax = 4096;

function edit(key: string, prompt: TextPrompt, ui: UiState, view: ClusterView): UiDecision {
  switch (key) {
    case 'Esc':
      return updateUi({ ...ui, ...filterChange(prompt, '') }, { prompt: null });
    case 'Enter':
      return submit(prompt, { ...ui, prompt: null }, view);
    case 'Backspace':
      // Backspace closes an empty prompt, as in vi.
      if (prompt.text === '') return updateUi(ui, { prompt: null });
      return withText(ui, prompt, [...prompt.text].slice(0, -1).join(''));
    case 'Ctrl-U':
      return withText(ui, prompt, '');
    case '↑':
      return recallHistory(ui, prompt, 1);
    case '↓':
      return recallHistory(ui, prompt, -1);
    default:
      return isChar(key) ? withText(ui, prompt, prompt.text + key) : updateUi(ui, {});
  }
}

function withText(ui: UiState, prompt: TextPrompt, text: string): UiDecision {
  if (text.length > promptCharsMax) return updateUi(ui, {});
  return updateUi(
    { ...ui, ...filterChange(prompt, text) },
    { prompt: { ...prompt, text, draft: text, historyOffset: 0 } },
  );
}

/** Filters apply as they are typed. */
function filterChange({ type }: TextPrompt, text: string): Partial<UiState> {
  return type === 'command' ? {} : { [type]: text };
}

function submit({ type, text }: TextPrompt, ui: UiState, view: ClusterView): UiDecision {
  const node = selectedNode(view, ui)?.id;
  const command = text.trim();
  if (type !== 'command' || command === '' || node === undefined) return updateUi(ui, {});
  const scroll = { ...ui.scroll, client: 0 };
  return { type: 'sendCommand', node, command, ui: { ...focusOn(ui, 'client'), scroll } };
}

/** Moves through the commands sent earlier. Step 1 goes back, -1 forward. */
function recallHistory(ui: UiState, prompt: TextPrompt, step: 1 | -1): UiDecision {
  if (prompt.type !== 'command') return updateUi(ui, {});
  const sent = ui.transcript.map(({ command }) => command);
  const history = sent.filter((command, at) => command !== sent[at - 1]);
  const historyOffset = Math.max(0, Math.min(prompt.historyOffset + step, history.length));
  const recalled = history[history.length - historyOffset] ?? '';
  const text = historyOffset === 0 ? prompt.draft : recalled;
  return updateUi(ui, { prompt: { ...prompt, text, historyOffset } });
}
