import { headLine } from './format.js';
import type { Line } from './paint.js';
import { type PanelName, panelNames, type UiState } from './scene.js';

/**
 * The head line of a panel: the number that jumps to it, its words and a rule. The one with the
 * focus has a mark and stands out.
 */
export function panelHead(
  { focus }: UiState,
  name: PanelName,
  words: string,
  columns: number,
): Line {
  const number = panelNames.indexOf(name) + 1;
  const [first, ...rest] = headLine(`${focus === name ? '▶' : ' '}${number} ${words}`, columns);
  return focus === name && first
    ? [{ ...first, isHighlighted: true }, ...rest]
    : [first ?? { text: '' }, ...rest];
}
