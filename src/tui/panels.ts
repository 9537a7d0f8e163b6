/** Lists all parts of the screen. */

import { clientPanel } from './client-panel.js';
import { eventsPanel } from './events-panel.js';
import { inspectorPanel } from './inspector-panel.js';
import { linksPanel } from './links-panel.js';
import { logPanel } from './log-panel.js';
import { messagesPanel } from './messages-panel.js';
import { nodesPanel } from './nodes-panel.js';
import type { Panel } from './panel.js';
import type { PanelName } from './scene.js';

/** The panels that can have the focus. */
export const panels: Readonly<Record<PanelName, Panel>> = {
  nodes: nodesPanel,
  log: logPanel,
  links: linksPanel,
  messages: messagesPanel,
  events: eventsPanel,
  inspector: inspectorPanel,
  client: clientPanel,
};

export { helpPanel } from './help.js';
export { hintLine } from './hint-line.js';
export { statusLine } from './status-line.js';
export { titleLine } from './title-line.js';
