/** Questions about cut links that decide what the keys `c` and `i` do. */

import type { ClusterView, NodeView } from '../control/index.js';

type NodeId = NodeView['id'];

/** True when at least one direction between the two nodes is cut. */
export function isLinkCut({ links }: ClusterView, one: NodeId, other: NodeId): boolean {
  return links.some(
    ({ from, to, cut }) =>
      cut && ((from === one && to === other) || (from === other && to === one)),
  );
}

/** True when the links to all other nodes are cut in both directions. */
export function isIsolated({ nodes, links }: ClusterView, id: NodeId): boolean {
  const cutLinks = links.filter(({ from, to, cut }) => cut && (from === id || to === id));
  return nodes.length > 1 && cutLinks.length === 2 * (nodes.length - 1);
}
