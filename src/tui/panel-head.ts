import { headLine } from './format.js';
import type { Line } from './paint.js';
import { type PanelName, panelNames, type UiState } from './scene.js';

/**
 * Returns the heading of a panel: the number of its key, its text and a rule. The panel with the
 * focus has a mark and is highlighted.
 */
export function panelHead(
  { focus }: UiState,
  name: PanelName,
  text: string,
  columns: number,
): Line {
  const number = panelNames.indexOf(name) + 1;
  const [first, ...rest] = headLine(`${focus === name ? '▶' : ' '}${number} ${text}`, columns);
  return focus === name && first
    ? [{ ...first, isHighlighted: true }, ...rest]
    : [first ?? { text: '' }, ...rest];
}
