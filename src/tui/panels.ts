import { eventsPanel } from './events-panel.js';
import { helpPanel } from './help.js';
import { hintLine } from './hint-line.js';
import { nodesPanel } from './nodes-panel.js';
import type { Panel } from './panel.js';
import { peersPanel } from './peers-panel.js';
import { statusLine } from './status-line.js';
import { titleLine } from './title-line.js';

/** From top to bottom. */
export const clusterPanels: readonly Panel[] = [
  titleLine,
  nodesPanel,
  peersPanel,
  eventsPanel,
  statusLine,
  hintLine,
];

export const helpPanels: readonly Panel[] = [titleLine, helpPanel, statusLine, hintLine];
